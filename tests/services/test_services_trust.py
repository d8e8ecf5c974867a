"""The trust guard: the guide's own advertisement is unverified, a bank's page is not warned of, known frauds are."""

from __future__ import annotations

from datetime import date

import pytest

from daozhang.services.trust import SIGN_KEYS, Book, Institution, Verdict, judge, pattern_keys
from daozhang.texts import has

TODAY = date(2026, 11, 28)
BOOK = Book(
    institutions=(
        Institution(name="甲支付有限公司", licence_no="Z2000131000011", valid_to=date(2030, 1, 1), domains=("jiapay.example",), phones=("400-111-2222",)),
        Institution(name="乙支付有限公司", licence_no="Z2000231000010", valid_to=date(2024, 1, 1), domains=("yipay.example",)),
    ),
    verified_links=("desk.acquirer.example",),
    verified_numbers=("021-5555 1234",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("个人免费POS机办理官网，点击网址进入申请页面 https://pos-shenqing.example/a", Verdict.UNVERIFIED_PROMOTION),
        ("免费POS机办理官网,点击网址进入申请页面", Verdict.UNVERIFIED_PROMOTION),
        ("中国工商银行 商户收单业务：https://www.icbc.com.cn/page/pos.html 客服热线 95588。请勿向任何人提供密码和验证码。", Verdict.VERIFIED),
        ("招商银行收单商户免费开通聚合收款，详见 https://www.cmbchina.com/merchant 或致电95555", Verdict.VERIFIED),
        ("Apply at https://jiapay.example/apply, licence Z2000131000011, call 400-111-2222", Verdict.VERIFIED),
        ("https://www.jiapay.example.cn.top/apply", Verdict.WARNING),
        ("https://jiapay-vip.example/apply", Verdict.WARNING),
        ("https://jiapey.example/apply", Verdict.WARNING),
        ("https://www.1cbc.com.cn/", Verdict.WARNING),
        ("https://jiapay.example@evil.example/", Verdict.WARNING),
        ("https://192.0.2.7/pos", Verdict.WARNING),
        ("https://t.cn/A6abc", Verdict.WARNING),
        ("https://yipay.example/", Verdict.WARNING),
        ("支付业务许可证 Z2009999000019 持牌机构", Verdict.WARNING),
        ("机器免费用，押金299元首刷满5000元返还", Verdict.WARNING),
        ("费率0.15%，秒到账，个人也能办", Verdict.WARNING),
        ("请先支付保证金，核实后退款", Verdict.WARNING),
        ("我公司先收款再结算给商户，T+1 打款给您", Verdict.WARNING),
        ("把银行卡正反面照片发我，再报一下验证码", Verdict.WARNING),
        ("下载会议软件开启屏幕共享，客服帮您升级", Verdict.WARNING),
        ("您的POS机今日不升级将停用", Verdict.WARNING),
        ("We receive your takings and then pay them to you weekly", Verdict.WARNING),
        ("联系我：13812345678", Verdict.UNVERIFIED),
        ("https://somebody.example/", Verdict.UNVERIFIED),
        ("工单请提交 https://desk.acquirer.example/new 或致电 021-5555 1234", Verdict.VERIFIED),
        ("政策全文 https://www.pbc.gov.cn/tiaofasi/index.html", Verdict.VERIFIED),
        ("昨天的钱到了吗", Verdict.NOTHING_AGAINST),
        ("", Verdict.NOTHING_AGAINST),
    ],
)  # fmt: skip
def test_a_case(text: str, verdict: Verdict) -> None:
    found = judge(text, BOOK, TODAY)
    assert found.verdict is verdict, found.signs
    assert found.needs_a_person == (verdict in {Verdict.WARNING, Verdict.UNVERIFIED_PROMOTION, Verdict.UNVERIFIED})


def test_a_known_bank_needs_no_list_but_its_absence_is_said() -> None:
    found = judge("https://www.ccb.com/cn/pos.html", Book(), TODAY)
    assert (found.verdict, found.has_list) == (Verdict.VERIFIED, False)


def test_one_verified_link_does_not_cover_for_another() -> None:
    found = judge("https://www.icbc.com.cn/ 免费领取 https://get.example/", BOOK, TODAY)
    assert found.verdict is Verdict.UNVERIFIED_PROMOTION


def test_what_was_found_is_quoted_from_the_text() -> None:
    text = "点击链接申请 https://get.example/x 免费POS机"
    assert all(sign.found in text for sign in judge(text, BOOK, TODAY).signs)


def test_every_sign_has_its_text() -> None:
    for key in (*SIGN_KEYS, *pattern_keys()):
        for language in ("zh", "en"):
            assert has(language, f"trust-reason-{key.replace('_', '-')}"), key
    for verdict in Verdict:
        for part in ("verdict", "next"):
            assert has("zh", f"trust-{part}-{verdict.replace('_', '-')}"), verdict


def test_a_long_text_is_looked_at_quickly() -> None:
    judge("免费" * 10_000 + "a." * 5_000 + "1" * 9_000, BOOK, TODAY)
