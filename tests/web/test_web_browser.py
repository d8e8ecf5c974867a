"""The console as a person sees it: the real ``daozhang up``, a real browser, both languages, desktop and phone.

The story: first account, upload, the finding with its proof, the case, a measure, the report in both languages. Then axe
looks at every page. Screenshots go to the folder named by ``DAOZHANG_SCREENSHOTS``.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from web_story import ACQUIRER, BROKEN, CLOCK, FILES, MERCHANT, SALE_RRN, write_files

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
LOOKS = [
    ("zh", "desktop", "light"), ("en", "desktop", "light"), ("zh", "phone", "light"), ("en", "phone", "light"),
    ("zh", "desktop", "dark"), ("en", "phone", "dark"),
]  # fmt: skip
COLOURFUL = {"today", "case", "day", "finding", "import-detail", "evidence", "people"}
"""Pages that between them show every colour; the dark theme differs in nothing else."""
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PASSWORD = "a long enough one"
WAIT_MS = 90_000


@dataclass
class Console:
    """A running ``daozhang up`` and what it printed."""

    process: subprocess.Popen[str]
    root: Path
    address: str = ""
    first: str = ""
    said: list[str] = field(default_factory=list)


def _cli(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from daozhang.cli.main import run; run()", *arguments]


def _up(root: Path, *more: str) -> Console:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DAOZHANG_")}
    environment["DAOZHANG_LANGUAGE_OF_TERMINAL"] = "en"
    process = subprocess.Popen(
        _cli("up", "--workspace", str(root), "--port", "0", *more),
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    console = Console(process, root)
    assert process.stdout is not None
    for line in process.stdout:
        console.said.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+(/first/\S+)?", line)
        if found and found[1]:
            console.first = found[0]
        elif found:
            console.address = found[0]
        if "Ctrl-C" in line:
            break
    assert console.address, console.said
    return console


def _down(console: Console) -> int:
    console.process.send_signal(signal.SIGTERM)
    status = console.process.wait(60)
    assert console.process.stdout is not None
    console.process.stdout.close()
    return status


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    root = tmp_path_factory.mktemp("console") / "workspace"
    subprocess.run(_cli("init", str(root)), check=True, capture_output=True)
    (root / "daozhang.toml").write_text(
        f'language = "zh"\nmerchant_title = "街角小馆"\nclock_at = {CLOCK.isoformat()}\n', encoding="utf-8"
    )
    running = _up(root)
    yield running
    assert _down(running) == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("DAOZHANG_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _page(context: BrowserContext, said: list[str]) -> Page:
    page = context.new_page()
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    return page


def test_from_the_first_account_to_the_report(console: Console, browser: Browser, shots: Path, tmp_path: Path) -> None:
    said: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = _page(context, said)

    page.goto(console.first)
    page.screenshot(path=shots / "first-desktop-zh.png", full_page=True)
    page.get_by_label("用户名").fill("li")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("再输一次密码").fill(PASSWORD)
    page.get_by_role("button", name="建立账户并进入").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("先放入文件")
    page.screenshot(path=shots / "empty-desktop-zh.png", full_page=True)

    page.get_by_role("link", name="导入", exact=True).click()
    page.locator("input[type=file]").set_input_files(write_files(tmp_path, FILES | BROKEN))
    expect(page.locator("#chosen li")).to_have_count(len(FILES | BROKEN))
    page.get_by_role("button", name="开始导入").click()
    expect(page.get_by_role("heading", name="已读完")).to_be_visible(timeout=WAIT_MS)
    assert page.locator("#progress").get_by_text("已收下").count() == len(FILES | BROKEN)
    page.screenshot(path=shots / "progress-desktop-zh.png", full_page=True)
    page.get_by_role("link", name="transactions_broken.csv").first.click()
    expect(page.get_by_text("12.5O").first).to_be_visible()
    page.screenshot(path=shots / "quarantine-desktop-zh.png", full_page=True)

    _until(page, console.address, "1 件事需要您处理")
    page.screenshot(path=shots / "today-desktop-zh.png", full_page=True)
    page.locator(".todo a").first.click()
    expect(page.get_by_role("heading", name="现在可以做")).to_be_visible()
    number = page.url.rsplit("/", 1)[1]
    page.get_by_text("记录措施").first.click()
    page.locator("#measure-note").fill("已致电收单机构客服，核对开户信息。")
    page.locator("form:has(#measure-note)").get_by_role("button", name="记下这一步").click()
    expect(page.get_by_text("已记下。")).to_be_visible()

    for name in ("下载中文报告 PDF", "Download report in English (PDF)"):
        with page.expect_download(timeout=WAIT_MS) as waiting:
            page.get_by_role("link", name=name).click()
        assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF-")

    page.locator("section[aria-labelledby=findings] a").first.click()
    expect(page.get_by_role("heading", name="证据")).to_be_visible()
    page.locator("section[aria-labelledby=proof] a").first.click()
    expect(page.locator(".source-lines li.it")).to_contain_text("账号户名不符")

    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="The file")).to_be_visible()
    page.goto(f"{console.address}/cases/{number}")
    expect(page.get_by_role("heading", name="What you can do now")).to_be_visible()
    page.get_by_role("link", name="Find", exact=True).click()
    page.get_by_role("searchbox").fill(SALE_RRN)
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("status")).to_have_text("One payment found")
    context.storage_state(path=console.root.parent / "state.json")
    context.close()
    assert not said, said


def _until(page: Page, address: str, heading: str) -> None:
    """Open Today again and again until it says what is expected."""
    until = time.monotonic() + WAIT_MS / 1000
    while time.monotonic() < until:
        page.goto(address)
        if page.get_by_role("heading", level=1).inner_text() == heading:
            return
        time.sleep(0.5)
    raise AssertionError(page.get_by_role("heading", level=1).inner_text())


def _addresses(page: Page, address: str) -> dict[str, str]:
    page.goto(f"{address}/cases")
    case = page.locator(".todo a").first.get_attribute("href") or ""
    page.goto(f"{address}/findings")
    finding = page.locator(".lines a").first.get_attribute("href") or ""
    page.goto(f"{address}/import")
    broken = page.get_by_role("link", name="transactions_broken.csv").get_attribute("href") or ""
    payouts = page.get_by_role("link", name="payouts_2026-09.csv").get_attribute("href") or ""
    return {
        "today": "/", "cases": "/cases", "closed": "/cases?show=closed", "case": case, "where": "/where",
        "way": f"/where?q={SALE_RRN}", "days": "/days", "day": f"/days/{ACQUIRER}/{MERCHANT}/2026-09-22",
        "day-arrived": f"/days/{ACQUIRER}/{MERCHANT}/2026-09-21", "findings": "/findings", "watch": "/findings?severity=watch",
        "finding": finding, "import": "/import", "import-detail": broken, "undo": f"{payouts}/undo",
        "evidence": f"/evidence/{payouts.rsplit('/', 1)[1]}/3", "help": "/help", "people": "/people", "404": "/nowhere",
        "why": "/why?a=transactions_2026-09.csv:2&b=clearings_2026-09.csv:4", "why-alone": "/why?a=payouts_2026-09.csv:3",
    }  # fmt: skip


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_every_page_is_accessible_and_fits(
    console: Console, browser: Browser, shots: Path, language: str, width: str, scheme: Literal["light", "dark"]
) -> None:
    said: list[str] = []
    wide, high = WIDTHS[width]
    context = browser.new_context(
        viewport={"width": wide, "height": high},
        color_scheme=scheme,
        storage_state=console.root.parent / "state.json",
    )
    context.add_cookies([{"name": "daozhang_language", "value": language, "url": console.address}])
    page = _page(context, said)
    troubles = []
    for name, path in _addresses(page, console.address).items():
        if scheme == "dark" and name not in COLOURFUL:
            continue
        page.goto(console.address + path)
        if name == "404":
            said.clear()  # the browser itself reports the status 404
        found = Axe().run(page, options=RULES)
        troubles += [f"{name}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in found.response["violations"]]
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            troubles.append(f"{name}: {over} px wider than the window")
        if "⟦" in page.content():
            troubles.append(f"{name}: a text is missing")
        page.screenshot(
            path=shots / f"{name}-{width}-{language}{'-dark' if scheme == 'dark' else ''}.png", full_page=True
        )
    context.clear_cookies(name="sessionid")
    page.goto(console.address)
    troubles += [f"login: {one['id']}" for one in Axe().run(page, options=RULES).response["violations"]]
    page.screenshot(path=shots / f"login-{width}-{language}{'-dark' if scheme == 'dark' else ''}.png", full_page=True)
    context.close()
    assert not troubles, "\n".join(troubles)
    assert not said, said


def test_axe_would_say_so(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        '<html lang="zh-CN"><title>x</title><main><img src="x.png"><p style="color:#bbb;background:#fff">faint</p></main>'
    )
    said = {one["id"] for one in Axe().run(page, options=RULES).response["violations"]}
    page.close()
    assert {"image-alt", "color-contrast"} <= said


def test_the_keyboard_reaches_everything_and_skips_the_menu(console: Console, browser: Browser) -> None:
    context = browser.new_context(storage_state=console.root.parent / "state.json")
    page = context.new_page()
    page.goto(console.address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.locator(".more summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".more details")).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(page.locator(".more details")).not_to_have_attribute("open", "")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    context.close()


def test_no_plain_upload_stays_on_the_disk(console: Console) -> None:
    wanted = SALE_RRN.encode()
    kept = [path for path in console.root.rglob("*") if path.is_file() and path.suffix not in {".parquet", ".sqlite3"}]
    names = {path.name for path in kept if wanted in path.read_bytes() and "sqlite3" not in path.name}
    assert not names
    uploads = console.root / "uploads"
    assert not list(uploads.glob("*"))
