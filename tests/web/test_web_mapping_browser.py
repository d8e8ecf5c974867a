"""A person who has never seen the product teaches it three differently made files, by clicking, and every fen is right.

The real ``daozhang up``, a real browser. Screenshots go to the folder named by ``DAOZHANG_SCREENSHOTS``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from test_web_browser import CHROMIUM, FLAGS, PASSWORD, RULES, WAIT_MS, Console, _cli, _down, _up

from daozhang.money import to_text

sys.path.insert(0, str(Path(__file__).parent.parent / "mapping"))
from mapping_files import (
    Made,
    as_made,
    bank_workbook,
    clearing_workbook,
    debit_credit_workbook,
    fen_text,
    nameless_text,
    rows_in_lake,
)

pytestmark = pytest.mark.browser
TWO_MINUTES = 120


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    root = tmp_path_factory.mktemp("mapping") / "workspace"
    subprocess.run(_cli("init", str(root)), check=True, capture_output=True)
    (root / "daozhang.toml").write_text('language = "zh"\nclock_at = 2026-06-20T10:00:00\n', encoding="utf-8")
    running = _up(root)
    yield running
    assert _down(running) == 0


@pytest.fixture(scope="module")
def page(console: Console) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        opened = context.new_page()
        opened.said = []  # type: ignore[attr-defined]
        opened.on(
            "console",
            lambda message: opened.said.append(f"{message.type}: {message.text} {message.location} {opened.url}"),
        )  # type: ignore[attr-defined]
        opened.on("pageerror", lambda error: opened.said.append(f"error: {error}"))  # type: ignore[attr-defined]
        opened.goto(console.first)
        opened.get_by_label("用户名").fill("li")
        opened.get_by_label("密码", exact=True).fill(PASSWORD)
        opened.get_by_label("再输一次密码").fill(PASSWORD)
        opened.get_by_role("button", name="建立账户并进入").click()
        expect(opened.get_by_role("heading", level=1)).to_have_text("先放入文件")
        yield opened
        # A newer answer calls off the look that is under way, and htmx says so.
        assert [one for one in opened.said if not one.startswith("error: htmx:")] == []  # type: ignore[attr-defined]
        browser.close()


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("DAOZHANG_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _drop(page: Page, console: Console, path: Path) -> None:
    """Drop a file that nobody knows and follow the offer."""
    page.goto(f"{console.address}/import")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="开始导入").click()
    expect(page.get_by_role("heading", name="已读完")).to_be_visible(timeout=WAIT_MS)
    page.locator("#progress").get_by_role("link", name="告诉系统怎么读这份文件").click()
    expect(page.get_by_role("heading", name="读入后的样子")).to_be_visible(timeout=WAIT_MS)


def _keep(page: Page, rows: int) -> None:
    """Keep the mapping; the file is read in at once and its rows are counted."""
    expect(page.get_by_text("都清楚了")).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("button", name="保存并导入这份文件").click()
    expect(page.get_by_role("heading", name="已读完")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("#progress")).to_contain_text("已收下")
    expect(page.locator("#progress")).to_contain_text(re.compile(rf"收下\s*{rows}\b"))


def _look(page: Page, shots: Path, name: str) -> None:
    """Axe finds nothing, nothing is wider than a phone, no text is missing."""
    for width, high in ((1280, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": high})
        found = Axe().run(page, options=RULES).response["violations"]
        assert not found, [(one["id"], one["nodes"][0]["html"][:160]) for one in found]
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        assert "⟦" not in page.content()
        page.screenshot(path=shots / f"mapping-{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def _check(console: Console, made: Made) -> None:
    rows = rows_in_lake(console.root, made.table)[-len(made.rows) :]
    found = [one for one in as_made(rows_in_lake(console.root, made.table), made) if one in made.rows]
    assert rows
    assert found == made.rows


def test_an_unknown_acquirers_workbook(console: Console, page: Page, shots: Path, tmp_path: Path) -> None:
    made = clearing_workbook(tmp_path)
    started = time.monotonic()

    _drop(page, console, made.path)
    _look(page, shots, "workbook")
    page.get_by_label("这份文件来自哪家机构").fill("XINHUIFU")
    page.get_by_label("这份文件来自哪家机构").press("Tab")
    _keep(page, len(made.rows))

    assert time.monotonic() - started < TWO_MINUTES
    page.screenshot(path=shots / "mapping-workbook-done.png", full_page=True)
    _check(console, made)


def test_a_text_in_fen_with_a_column_of_directions(console: Console, page: Page, shots: Path, tmp_path: Path) -> None:
    made = fen_text(tmp_path)

    _drop(page, console, made.path)
    _look(page, shots, "fen")
    page.get_by_label("分：100 就是 ¥1.00").check()
    expect(page.locator("dd.amount").first).to_have_text(
        to_text(sum(row["gross_minor"] for row in made.rows)), timeout=WAIT_MS
    )
    page.get_by_label("D 是从您这里出去的钱").check()
    page.get_by_label("这份文件来自哪家机构").fill("YUNFU")
    page.get_by_label("这份文件来自哪家机构").press("Tab")
    page.get_by_label("就是“交易时间”那一天").check()  # at once: what was typed must outlive the answer on its way
    expect(page.get_by_label("这份文件来自哪家机构")).to_have_value("YUNFU")
    _keep(page, len(made.rows))

    _check(console, made)


def test_a_banks_workbook_with_two_money_columns(console: Console, page: Page, shots: Path, tmp_path: Path) -> None:
    made = bank_workbook(tmp_path)

    _drop(page, console, made.path)
    expect(page.get_by_text("余额逐行接得上：13 处中 13 处成立")).to_be_visible()
    _look(page, shots, "bank")
    _keep(page, len(made.rows))

    _check(console, made)
    page.goto(f"{console.address}/formats")
    _look(page, shots, "formats")
    with page.expect_download(timeout=WAIT_MS) as waiting:
        page.get_by_role("link", name="导出为文件").first.click()
    assert "[shape]" in Path(waiting.value.path()).read_text(encoding="utf-8")


@pytest.mark.parametrize(("make", "sender"), [(nameless_text, "HUIJU"), (debit_credit_workbook, "")])
def test_a_table_that_is_written_oddly_needs_no_more_than_its_sender(
    console: Console, page: Page, shots: Path, tmp_path: Path, make: Callable[[Path], Made], sender: str
) -> None:
    made = make(tmp_path)
    started = time.monotonic()

    _drop(page, console, made.path)
    _look(page, shots, make.__name__)
    if sender:
        page.get_by_label("这份文件来自哪家机构").fill(sender)
        page.get_by_label("这份文件来自哪家机构").press("Tab")
    _keep(page, len(made.rows))

    assert time.monotonic() - started < TWO_MINUTES
    _check(console, made)
    page.goto(f"{console.address}/import")
    page.locator("tr", has_text="已收下").first.get_by_role("link").click()
    page.locator("dl.facts a[href$='/rows/accepted']").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(len(made.rows)))
    _look(page, shots, f"{make.__name__}-rows")
