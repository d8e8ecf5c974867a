"""Uploads as a person sees them: each file with its progress, cancelled while it is sent and while it is read."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from test_web_browser import CHROMIUM, FLAGS, PASSWORD, WAIT_MS, Console, _cli, _down, _up

pytestmark = pytest.mark.browser

HEAD = "acquirer,merchant_no,cleared_on,kind,gross_minor,fee_minor,net_minor\n"
SLOW = "up,898000000000001,2026-10-08,sale,1O,0,5\n"
"""A row that is set aside; many of them take a while to read."""


@pytest.fixture(scope="module")
def sending(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    root = tmp_path_factory.mktemp("sending") / "workspace"
    subprocess.run(_cli("init", str(root)), check=True, capture_output=True)
    running = _up(root)
    yield running
    assert _down(running) == 0


@pytest.fixture(scope="module")
def page(sending: Console) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_context().new_page()
        opened.set_default_timeout(WAIT_MS)
        opened.goto(sending.first)
        opened.get_by_label("用户名").fill("li")
        opened.get_by_label("密码", exact=True).fill(PASSWORD)
        opened.get_by_label("再输一次密码").fill(PASSWORD)
        opened.get_by_role("button", name="建立账户并进入").click()
        expect(opened.get_by_role("heading", level=1)).to_have_text("先放入文件", timeout=WAIT_MS)
        yield opened
        browser.close()


def _left(console: Console) -> list[str]:
    folder = console.root / "uploads"
    return [one.name for one in folder.iterdir()] if folder.exists() else []


def test_a_file_is_cancelled_while_it_is_sent_and_the_next_one_goes_on(
    sending: Console, page: Page, tmp_path: Path
) -> None:
    (tmp_path / "large.csv").write_bytes(b"x" * 24_000_000)
    (tmp_path / "small.csv").write_text(HEAD + "up,898000000000001,2026-10-08,sale,1,0,1\n")
    page.goto(f"{sending.address}/import")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1_500_000}
    devtools.send("Network.emulateNetworkConditions", slow)
    page.locator("input[type=file]").set_input_files([tmp_path / "large.csv", tmp_path / "small.csv"])
    page.get_by_role("button", name="开始导入").click()

    first = page.locator("[data-sending] li").first
    expect(first.locator("[data-share]")).to_have_text(re.compile(r"[1-9]\d* % · \d+\.\d MiB"), timeout=WAIT_MS)
    first.get_by_role("button", name="取消").click()

    expect(page.locator("#progress")).to_contain_text("small.csv", timeout=WAIT_MS)
    expect(page.get_by_role("heading", name="已读完")).to_be_visible(timeout=WAIT_MS)
    assert "large.csv" not in page.locator("main").inner_text()
    until = time.monotonic() + 30
    while _left(sending) and time.monotonic() < until:
        time.sleep(0.2)
    assert _left(sending) == []
    devtools.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})


def test_a_file_is_cancelled_while_it_is_read(sending: Console, page: Page, tmp_path: Path) -> None:
    (tmp_path / "slow.csv").write_text(HEAD + SLOW * 400_000)
    page.goto(f"{sending.address}/import")
    page.locator("input[type=file]").set_input_files([tmp_path / "slow.csv"])
    page.get_by_role("button", name="开始导入").click()
    progress = page.locator("#progress")
    expect(progress).to_contain_text("正在读取 slow.csv", timeout=WAIT_MS)

    progress.get_by_role("button", name="取消").click()

    expect(page.get_by_text("已取消：slow.csv")).to_be_visible(timeout=WAIT_MS)
    page.goto(f"{sending.address}/import")
    assert "slow.csv" not in page.locator("main").inner_text()
    assert _left(sending) == []
