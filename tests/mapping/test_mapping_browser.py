"""Three workbooks of senders nobody knows, each mapped in the console by somebody who only reads what the page asks.

The steps are those a person took, and the money that came in is that of the files, to the fen. Thirteen clicks and three short
words do all three.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page, expect, sync_playwright

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).parent / "samples"
CHINESE, ENGLISH, BANK = (
    SAMPLES / "MADE_汇联通_交易对账单_20261116.xlsx",
    SAMPLES / "MADE_OGW_settled_transactions_2026-11-16.xlsx",
    SAMPLES / "MADE_账户明细_20261116.xls",
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
PASSWORD = "a long enough one"
WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)
LONGEST_S = 120
"""What one file may take a person; a machine takes a few seconds, most of them waiting for the reader."""


def _cli(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from daozhang.cli.main import run; run()", *arguments]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("mapping") / "workspace"
    subprocess.run(_cli("init", str(root)), check=True, capture_output=True)
    (root / "daozhang.toml").write_text('language = "zh"\nclock_at = 2026-11-17T09:30:00\n', encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def page(workspace: Path) -> Iterator[Page]:
    """The console's first page after the first account was made, in a real browser."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DAOZHANG_")}
    environment["DAOZHANG_LANGUAGE_OF_TERMINAL"] = "en"
    with subprocess.Popen(
        _cli("up", "--workspace", str(workspace), "--port", "0"), stdout=subprocess.PIPE, text=True, env=environment
    ) as console:
        assert console.stdout is not None
        said = "".join(iter(console.stdout.readline, "Press Ctrl-C to stop.\n"))
        first = re.search(r"http://127\.0\.0\.1:\d+/first/\S+", said)
        assert first, said
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(WAIT_MS)
            page.goto(first[0])
            page.get_by_label("用户名").fill("li")
            page.get_by_label("密码", exact=True).fill(PASSWORD)
            page.get_by_label("再输一次密码").fill(PASSWORD)
            page.get_by_role("button", name="建立账户并进入").click()
            yield page
            browser.close()
        console.send_signal(signal.SIGTERM)


def _give(page: Page, path: Path) -> None:
    """Hand a file in as a person does, and follow the one button that stands out."""
    page.get_by_role("link", name="导入", exact=True).click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="开始导入").click()
    expect(page.locator("#progress .primary")).to_have_text("告诉系统怎么读这份文件")
    page.locator("#progress .primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("告诉系统怎么读这份文件")


def _keep(page: Page, rows: int) -> None:
    """Save, and see the counts of the file that was read in at once."""
    expect(page.get_by_role("status").filter(has_text="没有回答")).to_have_count(0)
    page.get_by_role("button", name="保存并导入这份文件").click()
    expect(page.get_by_role("heading", name="已读完")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("#progress .counts")).to_contain_text(f"收下 {rows}")
    expect(page.locator("#progress .counts")).not_to_contain_text("隔离")


def _lake(workspace: Path, table: str, what: str, where: str = "") -> list[tuple[object, ...]]:
    with duckdb.connect() as engine:
        return engine.execute(f"SELECT {what} FROM '{workspace}/lake/*/{table}.parquet' {where}").fetchall()


def test_a_chinese_clearing_list_with_title_total_and_note(page: Page, workspace: Path) -> None:
    started = time.monotonic()
    _give(page, CHINESE)
    expect(page.get_by_text("交易金额 − 手续费 = 清算净额：43 行中 43 行成立")).to_be_visible()
    page.get_by_text("就是“交易时间”那一天").click()
    page.get_by_label("这份文件来自哪家机构").fill("HUILIANTONG")
    page.keyboard.press("Tab")
    _keep(page, 43)

    assert time.monotonic() - started < LONGEST_S
    sums = "count(*), sum(gross_minor), sum(fee_minor), sum(net_minor), count(*) FILTER (kind = 'refund')"
    assert _lake(workspace, "clearings", sums) == [(43, 1_391_342, 5_281, 1_386_061, 3)]


def test_english_headers_with_fen_and_times_of_another_zone(page: Page, workspace: Path) -> None:
    started = time.monotonic()
    _give(page, ENGLISH)
    expect(page.get_by_text("这是哪种表")).to_be_hidden()
    page.get_by_label("这份文件来自哪家机构").fill("OGW")
    page.keyboard.press("Tab")
    _keep(page, 36)

    assert time.monotonic() - started < LONGEST_S
    sums = "count(*), sum(gross_minor), sum(fee_minor), sum(net_minor), min(occurred_at)::VARCHAR"
    where = "WHERE acquirer = 'OGW'"
    assert _lake(workspace, "clearings", sums, where) == [(36, 893_123, 3_758, 889_365, "2026-11-16 09:12:40")]


def test_a_banks_old_workbook_with_day_and_time_apart_and_a_column_for_the_direction(
    page: Page, workspace: Path
) -> None:
    started = time.monotonic()
    _give(page, BANK)
    expect(page.get_by_text("余额逐行接得上：27 处中 27 处成立")).to_be_visible()
    page.get_by_label("这是哪个账户的流水").fill("8842")
    page.keyboard.press("Tab")
    _keep(page, 28)

    assert time.monotonic() - started < LONGEST_S
    sums = "count(*), sum(amount_minor), sum(amount_minor) FILTER (amount_minor > 0), arg_max(balance_minor, booked_at)"
    assert _lake(workspace, "bank_entries", sums) == [(28, -73_262, 3_025_809, 1_176_738)]
