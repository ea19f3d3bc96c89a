"""Fixtures of a real Chromium: `browser` once, `page` fresh for each test with nothing remembered, its requests and
console judged after.

`page` needs a fixture `address`, which each folder of browser tests makes for its own server.
"""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-default-apps",
]  # fmt: skip
WAIT_MS = 20_000
"""A busy test machine may be slow; nothing here asserts a time."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("skipped: no chromium found, install the Debian packages chromium and fonts-noto-cjk")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tests of a file, as one officer's browser: a page's files are then read and compiled once."""
    fresh = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    fresh.set_default_timeout(WAIT_MS)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """A page whose requests and console are recorded and judged at the end."""
    opened = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    if opened.url.startswith(address):
        opened.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    opened.close()
    allowed = (address, "data:", "blob:", "about:")
    assert [url for url in asked if not url.startswith(allowed)] == []
    # Chromium itself reports refused answers on the console; tests that provoke one say so.
    expected = getattr(opened, "expected_complaints", ())
    assert [c for c in complaints if not any(part in c for part in expected)] == []
