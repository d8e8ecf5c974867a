"""What acquirers and banks say when money does not move: their own words and codes, several for one thing.

The words are those of real interfaces (public documents of Leshua, Gaohuitong, WeChat Pay); which of them a shop's channel
says is drawn from its own stream.
"""

from __future__ import annotations

from typing import Final

from daozhang.world.cast import Shop
from daozhang.world.chance import chance

PHRASES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "no_account": (
        ("1020114", "您输入的卡号无效,详询发卡行[1020114]"),
        ("1000014", "输入的卡号无效,请确认后输入[1000014]"),
        ("3009", "无此账户"),
        ("3030", "账号错误"),
        ("", "失败-输入的卡号无效,请确认后输入"),
    ),
    "holder": (("3031", "账号户名不符"), ("", "收款账号与户名不一致"), ("", "户名不符,收款行拒绝入账")),
    "branch": (("", "无此交易权限"), ("", "非本行帐户"), ("", "收款行联行号有误")),
    "kind": (
        ("", "交易失败(收款行处理失败,收款方非借记卡或个人结算存折,转账失败!)"),
        ("", "平台路由失败"),
        ("3034", "非活期账号,或为旧账号"),
    ),
    "frozen": (
        ("FPOS0000", "FPOS0000收付控制状态不允许交易"),
        ("3017", "账户已冻结"),
        ("3020", "账户被临时锁定"),
    ),
    "closed": (("3039", "账户已关户"), ("3018", "已清户"), ("", "收款账户已销户")),
    "limit": (
        ("1000061", "发卡行交易权限受限,详情请咨询您的发卡行[1000061]"),
        ("", "发卡行交易权限受限或为II类卡该卡当日交易超限详情请咨询您的发卡行"),
        ("3055", "当日通兑业务累计金额超过规定金额"),
    ),
    "locked": (
        ("1000005", "持卡人身份信息、手机号或CVN2输入不正确,验证失败[1000005]"),
        ("", "持卡人身份信息验证失败"),
    ),
    "nothing": (("", ""), ("", "[]"), ("", "null")),
    "unknown": (("SYSTEM_ERROR", "SYSTEM_ERROR"), ("3028", "系统忙,请稍后再提交"), ("3999", "交易失败,具体信息见中文")),
    "returned": (("3056", "退票"), ("", "收款行退票")),
    "bank_stopped": (("", "收款行系统维护,交易处理中"), ("", "收款行维护,待恢复后自动处理")),
    "rail_stopped": (("3024", "日期切换正在处理"), ("", "大额支付系统维护,结束后自动处理")),
    "corridor": (("", "收款行所在汇路已中断,暂停出款"), ("", "汇路受限,款项待处理")),
    "risk": (("", "风控止付,需补充交易凭证"), ("", "交易异常,资金冻结,请补充资料")),
    "court": (("", "司法冻结,依据协助冻结存款通知书"), ("", "法院冻结")),
    "sim": (("", "扣流量服务费99.00元"),),
    "deposit": (("", "扣首刷激活押金299.00元"), ("", "机具押金299.00元")),
    "agreed": (("", "扣SIM卡流量费36.00元"),),
}


def words(seed: int, shop: Shop, what: str) -> tuple[str, str]:
    """Return (code, text) in which this shop's channel says a thing; always the same for one shop."""
    return chance(seed, "words", shop.code, what).choice(PHRASES[what])
