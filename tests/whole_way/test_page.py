"""`creditnet serve` on the city, opened in a real Chromium: a lead, its picture, its evidence, a path."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from a_city import City
from playwright.sync_api import Page, expect

from api.tokens import Tokens
from queries.snapshot import Snapshot

pytestmark = [pytest.mark.neo4j, pytest.mark.browser]


@pytest.fixture(scope="module")
def address(city: City) -> Iterator[str]:
    """Address printed by `creditnet serve` in its own process, ended by Ctrl-C."""
    env = {**os.environ, "CREDITNET_HOME": city.settings.home, "NO_COLOR": "1"}
    serve = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(serve, env=env, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        found = re.search(r"http://\S+/", process.stderr.readline())
        assert found
        yield found[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


@pytest.fixture
def start(page: Page, address: str, city: City) -> Page:
    """The start page, opened with an analyst's token."""
    token = Tokens(city.settings.home_path).create("analyst", "test", 1)
    page.goto(f"{address}#token={token}")
    page.locator("html[data-ready=true]").wait_for(state="attached")
    return page


@pytest.mark.parametrize("kind", ["complainant_group", "barred_person", "genuine_incident"])
def test_each_kind_of_lead_opens_its_picture(start: Page, city: City, kind: str) -> None:
    lead = Snapshot.open(city.settings).leads(kind=kind, limit=1)[0]
    start.locator(".lead", has_text=lead.title).first.click()
    start.locator(".panel .who").wait_for()
    assert len(start.evaluate("() => globalThis.creditnet.positions()")) > 1
    expect(start.locator(".panel")).to_contain_text("本图为线索，不是处罚依据")


def test_a_company_found_by_its_code_shows_a_score_whose_parts_sum(start: Page, city: City) -> None:
    scores = Snapshot.open(city.settings).table("scores").sort_by([("score", "descending")])
    code = next(p for p in scores["party"].to_pylist() if len(p) == 18)
    start.keyboard.press("/")
    start.keyboard.type(code)
    start.locator(".suggestions li").first.wait_for()
    start.keyboard.press("Enter")
    start.locator(".panel .who").wait_for()
    score = Snapshot.open(city.settings).score(code)
    assert score
    expect(start.locator(".panel")).to_contain_text(f"{score.score:g}")
    for part in score.contributions:
        expect(start.locator(".panel")).to_contain_text(part.title)
