"""On a phone, in a real browser: an application begun on one device and finished on another, and the owner's path to a sent case.

Screenshots go to the folder named by ``DAOZHANG_SCREENSHOTS``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from processes_story import BUSINESS

sys.path.insert(0, str(Path(__file__).parent.parent / "web"))
from test_web_browser import CHROMIUM, FLAGS, PASSWORD, Console, _cli, _down, _up
from web_story import FILES, write_files

pytestmark = pytest.mark.browser

BOOK = {
    "contacts.csv": "party,name,channel,address,verified_on,source\nACQ_CS,联合收单客服,email,cs@acquirer.example,2026-09-01,合同\n"
}
PHONE = {"width": 360, "height": 740}
CLOCK = "2026-09-23T15:30:00"
MOST_S = 30.0
"""What the owner's path may take, every press and every page included."""


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder = tmp_path_factory.mktemp("phone")
    root = folder / "workspace"
    subprocess.run(_cli("init", str(root)), check=True, capture_output=True)
    (root / "daozhang.toml").write_text(f'language = "zh"\nclock_at = {CLOCK}\n', encoding="utf-8")
    files = [str(path) for path in write_files(folder / "files", FILES | BOOK)]
    subprocess.run(_cli("import", *files, "--workspace", str(root)), check=True, capture_output=True)
    subprocess.run(_cli("run", "--workspace", str(root)), check=False, capture_output=True)
    running = _up(root)
    yield running
    assert _down(running) == 0


@pytest.fixture(scope="module")
def browser(console: Console) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = started.new_context().new_page()
        page.goto(console.first)
        page.locator("input[name=username]").fill("li")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password_again]").fill(PASSWORD)
        page.locator("button.primary").click()
        page.wait_for_url(f"{console.address}/")
        yield started
        started.close()


def _device(browser: Browser, console: Console, language: str) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport=PHONE)
    context.add_cookies([{"name": "daozhang_language", "value": language, "url": console.address}])
    page = context.new_page()
    page.goto(f"{console.address}/login")
    page.locator("input[name=username]").fill("li")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button.primary").click()
    page.wait_for_url(f"{console.address}/")
    return context, page


def _shot(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
    assert "⟦" not in page.content(), name
    folder = os.environ.get("DAOZHANG_SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_an_application_is_left_half_way_and_taken_up_on_another_device(
    console: Console, browser: Browser, tmp_path: Path
) -> None:
    first, page = _device(browser, console, "zh")
    page.goto(f"{console.address}/processes/open_terminal")
    _shot(page, "process-zh")
    page.get_by_role("button", name="开始填写申请").click()
    typed = BUSINESS | {"acquirer": "lianhe", "merchant_no": "898310012340001", "contact_phone": "1380013800"}
    for name in ("acquirer", "merchant_no", "licence_name", "credit_code", "contact_name", "contact_phone"):
        page.locator(f"#f-{name}").fill(typed[name])
    page.get_by_role("button", name="保存并继续").click()
    expect(page.locator("#w-contact_phone")).to_contain_text("11 位手机号")
    _shot(page, "application-wrong-zh")
    page.locator("#f-contact_phone").fill("13800138000")
    page.get_by_role("button", name="保存并继续").click()
    expect(page.locator("#f-address")).to_be_visible()
    code = page.locator("strong.mono").first.inner_text()
    first.close()

    second, page = _device(browser, console, "en")
    page.goto(f"{console.address}/processes")
    page.locator("#code").fill(code.lower())
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#f-address")).to_be_visible()
    page.locator("#f-address").fill("深圳市南山区科技路 1 号")
    page.locator("#f-terminals").fill("1")
    page.get_by_role("button", name="Save and go on").click()
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 500)
    for document in ("licence", "shop_photo"):
        page.locator(f"#p-{document}").set_input_files(photo)
        page.locator(f"form:has(#p-{document}) button").click()
    expect(page.locator("section[aria-labelledby=form] a", has_text="photo.jpg")).to_have_count(2)
    _shot(page, "application-papers-en")
    page.get_by_role("link", name="Save and go on").click()
    expect(page.get_by_text(BUSINESS["credit_code"])).to_be_visible()
    _shot(page, "application-check-en")
    page.get_by_role("button", name="send", exact=True).click()
    expect(page.locator(".lead .chip")).to_have_text("in review")
    second.close()


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", ("还没有到账", "账号户名不符", "发给收单机构客服", "等对方答复")),
     ("en", ("has not arrived", "账号户名不符", "Send to", "answer is awaited"))],
)  # fmt: skip
def test_an_owner_knows_where_yesterdays_money_is_within_half_a_minute(
    console: Console, browser: Browser, language: str, said: tuple[str, ...]
) -> None:
    context, page = _device(browser, console, language)
    began = time.monotonic()
    page.goto(f"{console.address}/mine")
    expect(page.get_by_role("heading", level=1)).to_contain_text(said[0])
    expect(page.locator("main")).to_contain_text(said[1])
    _shot(page, f"mine-{language}")
    if language == "zh":
        page.get_by_role("button", name=said[2]).click()
    expect(page.locator("main")).to_contain_text(said[3])
    took = time.monotonic() - began
    _shot(page, f"mine-sent-{language}")
    assert took < MOST_S, took
    context.close()
