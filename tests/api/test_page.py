"""The explorer in a real Chromium, against a real server, the real Neo4j and the invented city.

Every request and every console message is recorded; after every test none may have left the host, failed, or
been a complaint. Chromium is the system's (Debian package `chromium`); without it these tests skip.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fixture_graph as city
import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = [pytest.mark.neo4j, pytest.mark.browser]

AXE = Path(__file__).parent / "axe" / "axe.min.js"
DAY = "2026-07-15"
"""A day on which the small snapshot was in force."""
NOTICE = "本图为线索，不是处罚依据"
Enter = Callable[..., Page]


@pytest.fixture
def enter(page: Page, address: str, bearer: Any) -> Enter:
    """Open the page with a token, as `creditnet serve` prints it; `party` opens a picture at once."""

    def go(party: str | None = None, role: str = "analyst") -> Page:
        token = bearer(role)["Authorization"].removeprefix("Bearer ")
        page.goto(f"{address}#token={token}" + (f"&party={party}" if party else ""))
        page.locator("html[data-ready=true]").wait_for(state="attached")
        if party:
            page.locator(".panel .who").wait_for()
        return page

    return go


def positions(page: Page) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = page.evaluate("() => globalThis.creditnet.positions()")
    return found


def spot(page: Page, party: str) -> tuple[float, float]:
    """Where a party is drawn."""
    point = page.evaluate("(id) => globalThis.creditnet.onScreen(id)", party)
    return point["x"], point["y"]


def count_of(page: Page) -> int:
    return int(page.locator(".counts-line b").first.inner_text())


def search_for(page: Page, text: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(text)
    page.locator(".suggestions li").first.wait_for()


def wait_for_more_than(page: Page, parties: int) -> None:
    page.wait_for_function("(n) => Object.keys(globalThis.creditnet.positions()).length > n", arg=parties)


def test_without_a_token_only_the_login_is_shown(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", name="请输入访问令牌")).to_be_visible()
    expect(page.locator(".frame")).to_have_count(0)


def test_a_wrong_token_is_refused_and_a_right_one_enters(page: Page, address: str, bearer: Any) -> None:
    page.expected_complaints = ("401",)  # type: ignore[attr-defined]
    page.goto(address)
    page.get_by_label("访问令牌").fill("cn_wrong")
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("alert")).to_contain_text("令牌无效")
    page.get_by_label("访问令牌").fill(bearer("viewer")["Authorization"].removeprefix("Bearer "))
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("heading", name="待核查线索")).to_be_visible()


def test_the_token_leaves_the_address_at_once(enter: Enter, address: str) -> None:
    page = enter()
    assert page.url == address
    assert page.evaluate("() => localStorage.getItem('creditnet.token')") is None


def test_a_chosen_day_is_asked_for_everywhere(enter: Enter) -> None:
    """A suspected link is of now only: as of a day that is over the company is no longer tied to it by one."""
    page = enter(city.HONGDA)
    with (
        page.expect_response(lambda r: f"leads?offset=0&limit=20&as_of={DAY}" in r.url),
        page.expect_response(lambda r: "/network" in r.url and f"as_of={DAY}" in r.url) as drawn,
        page.expect_response(lambda r: r.url.endswith(f"/parties/{city.HONGDA}?as_of={DAY}")) as filed,
    ):
        page.get_by_label("截至日期").fill(DAY)
    assert "HIDDEN_LINK" not in {r["type"] for r in drawn.value.json()["relations"]}
    assert filed.value.json()["as_of"] == DAY
    with page.expect_response(lambda r: r.url.endswith("/network?limit=60")) as now:
        page.get_by_label("截至日期").fill("")
    assert "HIDDEN_LINK" in {r["type"] for r in now.value.json()["relations"]}


def test_the_start_page_lists_leads_each_one_click_from_its_picture(enter: Enter) -> None:
    page = enter()
    cards = page.locator(".lead")
    expect(cards).to_have_count(3)
    for i in range(3):
        cards.nth(i).click()
        page.locator(".panel .who").wait_for()
        assert count_of(page) > 1
        expect(page.locator(".lead-card")).to_be_visible()


def test_no_more_than_sixty_parties_unasked_and_no_two_on_one_spot(enter: Enter) -> None:
    page = enter(city.HONGDA)
    drawn = positions(page)
    assert 1 < len(drawn) <= 60
    assert len({(p["x"], p["y"]) for p in drawn.values()}) == len(drawn)


@pytest.mark.parametrize("typed", ["鑫", "鑫宏达", "xhd", city.HONGDA[:6]])
def test_search_finds_by_character_initials_and_code(enter: Enter, typed: str) -> None:
    page = enter()
    search_for(page, typed)
    names = page.locator(".suggestions .name").all_inner_texts()
    assert 1 <= len(names) <= 8
    assert any("鑫宏达" in name for name in names)


def test_search_marks_what_was_typed_and_opens_by_keys(enter: Enter) -> None:
    page = enter()
    search_for(page, "远帆")
    expect(page.locator(".suggestions mark").first).to_have_text("远帆")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".panel h2")).to_have_text("深圳市远帆贸易有限公司")
    assert page.url.endswith(f"#party={city.YUANFAN}")


def test_nothing_is_sent_while_a_word_is_being_composed(enter: Enter) -> None:
    page = enter()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/v1/search" in request.url else None)
    page.keyboard.press("/")
    box = page.locator("#search")
    box.dispatch_event("compositionstart")
    box.fill("yuan fan")
    page.wait_for_timeout(400)
    assert asked == []
    box.fill("远帆")
    box.dispatch_event("compositionend")
    page.locator(".suggestions li").first.wait_for()
    assert len(asked) == 1


def test_a_late_answer_never_replaces_a_newer_one(enter: Enter) -> None:
    page = enter()
    page.route("**/v1/search?q=%E9%91%AB&**", lambda route: (page.wait_for_timeout(900), route.continue_()))
    page.keyboard.press("/")
    page.keyboard.type("鑫")
    page.wait_for_timeout(250)
    page.locator("#search").fill("远帆")
    page.locator(".suggestions li").first.wait_for()
    page.wait_for_timeout(1200)
    assert all("远帆" in name for name in page.locator(".suggestions .name").all_inner_texts())


def test_a_party_already_on_the_picture_is_selected_not_reloaded(enter: Enter) -> None:
    page = enter(city.HONGDA)
    before = positions(page)
    search_for(page, "远帆")
    page.keyboard.press("Enter")
    expect(page.locator(".panel h2")).to_have_text("深圳市远帆贸易有限公司")
    assert positions(page) == before


def test_clicking_where_a_party_is_drawn_selects_it(enter: Enter) -> None:
    page = enter(city.HONGDA)
    page.mouse.click(*spot(page, city.HAITAO))
    expect(page.locator(".panel h2")).to_have_text("海涛集团")
    expect(page.locator("[aria-live=polite]")).to_contain_text("海涛集团")


def test_contributions_and_base_sum_to_the_score_and_open_their_records(enter: Enter) -> None:
    page = enter(city.HONGDA)
    page.locator(".part").first.wait_for()
    parts = [float(x.replace("−", "-")) for x in page.locator(".part b.bad, .part b.good").all_inner_texts()]
    base, total = (float(x.replace("−", "-")) for x in page.locator(".base b").all_inner_texts())
    assert len(parts) == 5
    assert any(p < 0 for p in parts), "good points are shown too"
    assert round(sum(parts) + base, 6) == total == float(page.locator(".score .big").inner_text())
    page.get_by_role("button", name="1 条证据").click()
    expect(page.locator(".record")).to_contain_text("东市监罚〔2023〕7号")


def test_the_sentence_versions_and_data_date_are_on_screen(enter: Enter) -> None:
    page = enter(city.HONGDA)
    expect(page.locator(".panel .notice")).to_contain_text(NOTICE)
    for text in ("2026-06-30", "1.0", "2026-01", "20260630-test"):
        expect(page.locator(".versions")).to_contain_text(text)


def test_peers_are_compared_only_where_they_are_many(enter: Enter) -> None:
    page = enter(city.HONGDA)
    expect(page.locator(".panel")).to_contain_text("n=763")
    search_for(page, "鑫宏百货")
    page.keyboard.press("Enter")
    expect(page.locator(".panel h2")).to_contain_text("鑫宏百货")
    page.locator(".score").wait_for()
    expect(page.locator(".panel")).not_to_contain_text("与同类比较")


def test_double_click_expands_and_moves_nothing_that_was_there(enter: Enter) -> None:
    page = enter(city.COOP)
    before = positions(page)
    page.mouse.dblclick(*spot(page, city.HONGDA))
    expect(page.locator(".toast")).to_contain_text("新增")
    after = positions(page)
    assert {k: after[k] for k in before} == before
    assert len(after) > len(before)


def test_a_hub_asks_first_then_shows_how_many_are_left(enter: Enter) -> None:
    page = enter(city.COOP)
    page.mouse.click(*spot(page, city.CLUSTER))
    page.locator(".panel .counts").wait_for()
    before = count_of(page)
    page.get_by_role("button", name="展开全部关系").click()
    expect(page.get_by_role("dialog")).to_contain_text("枢纽")
    page.get_by_role("button", name="取消").click()
    assert count_of(page) == before
    page.get_by_role("button", name="展开全部关系").click()
    page.get_by_role("button", name="继续", exact=True).click()
    wait_for_more_than(page, before)
    assert count_of(page) == before + 25
    shown = page.locator(".counts .num").first.inner_text()
    assert shown.endswith("/ 62")
    expect(page.locator(".counts button").first).to_have_text("继续展开")


def test_one_relation_expands_alone(enter: Enter) -> None:
    page = enter(city.COOP)
    page.mouse.click(*spot(page, city.HONGDA))
    row = page.locator(".counts tr", has_text="股东")
    expect(row).to_contain_text("/")
    before = positions(page)
    row.get_by_role("button").click()
    wait_for_more_than(page, len(before))
    assert positions(page).keys() - before.keys() == {city.HAITAO, city.LIN}
    expect(row).to_contain_text("已显示")


def test_collapse_removes_what_the_expansion_added_and_undo_brings_it_back(enter: Enter) -> None:
    page = enter(city.COOP)
    page.mouse.click(*spot(page, city.CLUSTER))
    page.locator(".panel .counts").wait_for()
    before = positions(page)
    page.get_by_role("button", name="展开全部关系").click()
    page.get_by_role("button", name="继续", exact=True).click()
    wait_for_more_than(page, len(before))
    expanded = positions(page)
    page.get_by_role("button", name="收起").click()
    assert positions(page) == before
    page.keyboard.press("Control+z")
    assert positions(page) == expanded
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")
    assert positions(page) == expanded


def test_dragging_pins_and_delete_can_be_undone(enter: Enter) -> None:
    page = enter(city.HONGDA)
    start = positions(page)
    x, y = spot(page, city.HAITAO)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=5)
    page.mouse.up()
    moved = positions(page)
    assert moved[city.HAITAO] != start[city.HAITAO]
    page.mouse.click(x + 60, y + 40)
    expect(page.get_by_role("button", name="取消固定")).to_be_visible()
    page.keyboard.press("Delete")
    assert city.HAITAO not in positions(page)
    page.keyboard.press("Control+z")
    assert positions(page) == moved
    page.keyboard.press("Control+z")
    assert positions(page) == start


def test_fifty_steps_can_be_undone(enter: Enter) -> None:
    page = enter(city.HONGDA)
    start = positions(page)
    for _ in range(50):
        page.keyboard.press("p")
    page.keyboard.press("Delete")
    for _ in range(51):
        page.keyboard.press("Control+z")
    assert positions(page) == start


def test_a_path_is_highlighted_and_listed_as_text(enter: Enter) -> None:
    page = enter(city.LIN)
    page.get_by_role("button", name="查路径").click()
    expect(page.locator(".search.asking")).to_be_visible()
    search_for(page, "远帆")
    page.keyboard.press("Enter")
    card = page.locator(".path-card")
    expect(card).to_contain_text("步可达")
    expect(card.locator(".paths li").first).to_contain_text("远帆贸易")
    page.locator(".path-card").get_by_role("button", name="互换两端").click()
    expect(card).to_contain_text("步可达")


def test_no_path_is_said(enter: Enter) -> None:
    page = enter(city.LIN)
    page.keyboard.press("k")
    search_for(page, "小店")
    page.keyboard.press("Enter")
    expect(page.locator(".path-none")).to_have_text("6 步内无路径")


def test_filters_count_dim_and_never_move(enter: Enter) -> None:
    page = enter(city.HONGDA)
    before = positions(page)
    row = page.locator(".tick", has_text="网店").first
    row.get_by_role("checkbox").uncheck()
    expect(page.locator(".counts-line")).to_contain_text("筛选后")
    assert positions(page) == before
    page.get_by_role("button", name="恢复全部").click()
    expect(page.locator(".counts-line")).not_to_contain_text("筛选后")


def test_inferred_relations_say_that_they_are_to_be_verified(enter: Enter) -> None:
    page = enter(city.HONGDA)
    row = page.locator(".tick", has_text="疑似关联")
    expect(row).to_contain_text("待核实")
    assert row.locator("line").get_attribute("stroke-dasharray") == "5 3"


def test_the_table_has_the_same_parties_and_selection(enter: Enter) -> None:
    page = enter(city.HONGDA)
    page.keyboard.press("t")
    expect(page.locator(".parties tbody tr")).to_have_count(count_of(page))
    expect(page.locator(".parties tr.selected")).to_contain_text("鑫宏达")
    page.get_by_role("button", name="名称").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("名称 ↓")
    page.locator(".parties .name", has_text="海涛集团").click()
    expect(page.locator(".panel h2")).to_have_text("海涛集团")


def test_the_menu_lists_relations_with_counts_beside_its_party(enter: Enter) -> None:
    page = enter(city.HONGDA)
    page.locator(".panel .counts").wait_for()
    x, y = spot(page, city.HONGDA)
    page.mouse.click(x, y, button="right")
    menu = page.get_by_role("menu")
    expect(menu).to_contain_text("展开 股东")
    box = menu.bounding_box()
    assert box is not None
    assert not (box["x"] <= x <= box["x"] + box["width"] and box["y"] <= y <= box["y"] + box["height"])
    menu.get_by_role("menuitem", name="移出画面").click()
    assert city.HONGDA not in positions(page)


def test_languages_switch_without_reload_or_moving_anything(enter: Enter) -> None:
    page = enter(city.HONGDA)
    before = positions(page)
    for language, title in (("en", "Leads to check"), ("zh-Hant", "待核查線索"), ("zh-CN", "待核查线索")):
        page.locator("header select").select_option(language)
        expect(page.locator("#leads-title")).to_have_text(title)
        assert page.evaluate("() => document.documentElement.lang") == language
    assert positions(page) == before


def test_a_viewer_sees_no_name_of_a_person(enter: Enter) -> None:
    page = enter(city.HONGDA, role="viewer")
    page.locator(".panel .counts").wait_for()
    page.keyboard.press("t")
    text = page.locator("body").inner_text()
    assert "鑫宏达" in text
    assert not [name for name in city.FULL_NAMES if name in text]


def test_markup_in_a_name_is_text(enter: Enter, client: Any) -> None:
    page = enter()
    hostile = "<img src=x onerror=alert(1)></script>"
    page.route(
        "**/v1/search?**",
        lambda route: route.fulfill(json=[{"id": "o_1", "kind": "Company", "name": hostile, "code": None, "town": None,
                                           "status": None, "score": None, "risk_class": None, "links": 0}]),
    )  # fmt: skip
    search_for(page, "x")
    expect(page.locator(".suggestions .name").first).to_have_text(hostile)
    expect(page.locator(".suggestions img")).to_have_count(0)


@pytest.mark.parametrize("hold", [False, True], ids=["refused", "slow"])
def test_a_failed_request_says_so_and_can_be_retried(enter: Enter, hold: bool) -> None:
    page = enter()
    page.expected_complaints = ("ERR_FAILED", "504")  # type: ignore[attr-defined]
    timeout = {"status": 504, "content_type": "application/problem+json", "body": json.dumps({"detail": "slow"})}
    page.route("**/network*", lambda route: route.fulfill(**timeout) if hold else route.abort())
    page.locator(".lead").nth(1).click()
    expect(page.locator(".failure")).to_contain_text("查询超时" if hold else "连接不到服务器")
    page.unroute("**/network*")
    page.locator(".failure").get_by_role("button", name="重试").click()
    page.locator(".panel .who").wait_for()
    expect(page.locator(".failure")).to_have_count(0)


@pytest.mark.parametrize("view", ["login", "start", "picture", "table", "help"])
@pytest.mark.parametrize("look", ["light", "dark", "large"])
def test_no_accessibility_violation(
    page: Page, enter: Enter, address: str, context: BrowserContext, view: str, look: str
) -> None:
    page.goto(address)
    page.evaluate(
        "(look) => { localStorage.setItem('creditnet.theme', look === 'dark' ? 'dark' : 'light');"
        " localStorage.setItem('creditnet.large', look === 'large' ? '1' : ''); }",
        look,
    )
    page.goto("about:blank")
    if view == "login":
        page.goto(address)
        page.locator("form").wait_for()
    else:
        enter(None if view == "start" else city.HONGDA)
    if view in {"table", "help"}:
        page.keyboard.press("t" if view == "table" else "?")
        page.locator(".parties, .dialog").first.wait_for()
    # Through the debugging protocol: the content security policy allows no inline script.
    session = context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text()})
    run = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']}).then((r) => JSON.stringify(r.violations))"
    result = session.send("Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True})
    assert [(v["id"], v["nodes"][0]["html"]) for v in json.loads(result["result"]["value"])] == []


def test_a_narrow_screen_has_no_sideways_scroll(page: Page, enter: Enter) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(city.HONGDA)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    panel, stage = page.locator(".panel").bounding_box(), page.locator(".stage").bounding_box()
    assert panel is not None
    assert stage is not None
    assert panel["y"] < stage["y"]


def test_key_names_stay_readable_when_the_picture_is_small(enter: Enter) -> None:
    page = enter(city.HONGDA)
    for _ in range(6):
        page.get_by_role("button", name="缩小").click()
    assert page.evaluate("() => globalThis.creditnet.keyNamePx()") >= 11


def test_a_lead_is_dismissed_and_taken_back_and_the_confidence_judged(
    page: Page, enter: Enter, api_settings: Any
) -> None:
    try:
        enter()
        page.locator(".lead").nth(2).click()
        panel = page.locator(".panel")
        panel.get_by_role("button", name="排除").click()
        panel.get_by_label("排除理由").select_option("no_violation")
        panel.get_by_role("textbox", name="说明").fill("现场核查")
        panel.locator("form.handling").get_by_role("button", name="排除").click()
        expect(panel.locator(".state-dismissed")).to_have_text("已排除")
        expect(page.locator(".lead")).to_have_count(2)
        page.get_by_label("线索状态").select_option("dismissed")
        expect(page.locator(".lead")).to_have_count(1)

        panel.get_by_role("button", name="重新打开").click()
        panel.locator("form.handling").get_by_role("button", name="重新打开").click()
        expect(page.locator(".lead")).to_have_count(0)
        page.get_by_label("线索状态").select_option("")
        expect(page.locator(".lead")).to_have_count(3)
        page.locator(".lead").first.click()
        panel.get_by_role("button", name="确认属实").click()
        panel.locator("form.handling").get_by_role("button", name="确认属实").click()
        expect(panel.locator(".state-confirmed")).to_be_visible()

        page.get_by_role("button", name="把握是否可信").click()
        row = page.get_by_role("dialog").locator("tbody tr")
        expect(row).to_have_count(1)
        expect(row).to_contain_text("93%")
        expect(row).to_contain_text("1 / 1")
    finally:
        (api_settings.home_path / "handling.sqlite").unlink(missing_ok=True)


def test_who_may_not_decide_is_not_offered_to(page: Page, enter: Enter) -> None:
    enter(role="viewer")
    page.locator(".lead").first.click()
    expect(page.locator(".panel .state-new")).to_be_visible()
    expect(page.locator(".panel").get_by_role("button", name="排除")).to_have_count(0)
