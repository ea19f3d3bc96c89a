"""The service over the invented city: who may read what, and the shape of answers and errors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import fixture_graph as city
import pytest
import small_snapshot
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.errors import status_of
from api.security import HEADERS
from graph.errors import (
    AccessDenied,
    ConfigError,
    MissingColumns,
    NotFound,
    ServerUnavailable,
    SnapshotError,
    StatementFailed,
    StatementTimeout,
)
from graph.model.asof import today
from graph.settings import Settings

pytestmark = pytest.mark.neo4j
OPEN = {"/v1/health", "/"}
GETS = [
    "/v1/search?q=鑫宏",
    f"/v1/parties/{city.HONGDA}",
    f"/v1/parties/{city.HONGDA}/score",
    f"/v1/parties/{city.HONGDA}/network",
    f"/v1/paths?source={city.LIN}&target={city.YUANFAN}",
    "/v1/records?ids=r_1,k_tx:1",
    "/v1/groups",
    f"/v1/groups/{city.GROUP}",
    f"/v1/groups/{city.GROUP}/network",
    "/v1/merchants",
    f"/v1/merchants/{city.SNACKS}",
    "/v1/leads",
    "/v1/leads/l_1",
    "/v1/leads/l_1/network",
    "/v1/meta",
]


def get(client: TestClient, path: str, headers: dict[str, str] | None = None, status: int = 200) -> Any:
    answer = client.get(path, headers=headers or {})
    assert answer.status_code == status, answer.text
    return answer.json()


def is_problem(answer: Any, status: int, kind: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert (body["status"], body["type"]) == (status, f"urn:creditnet:problem:{kind}")


def test_nothing_but_health_and_the_page_is_readable_without_a_token(client: TestClient, app: FastAPI) -> None:
    described = app.openapi()["paths"]
    assert len(described) > 15
    for path, methods in described.items():
        for method in methods:
            answer = client.request(method, re.sub(r"\{\w+\}", "x", path))
            if path in OPEN:
                assert answer.status_code == 200
            else:
                is_problem(answer, 401, "AccessDenied")
                assert answer.headers["www-authenticate"].startswith("Bearer")
    is_problem(client.get("/v1/openapi.json"), 401, "AccessDenied")


@pytest.mark.parametrize("path", GETS)
def test_every_question_is_answered(client: TestClient, bearer: Any, path: str) -> None:
    assert get(client, path, bearer("analyst"))


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer cn_a_b"])
def test_a_wrong_header_is_refused(client: TestClient, header: str) -> None:
    is_problem(client.get("/v1/meta", headers={"Authorization": header}), 401, "AccessDenied")


def test_an_expired_token_is_refused(client: TestClient, bearer: Any) -> None:
    is_problem(client.get("/v1/meta", headers=bearer("analyst", days=1e-12)), 401, "AccessDenied")


@pytest.mark.parametrize("role", ["viewer", "auditor", "administrator", "system"])
@pytest.mark.parametrize("path", GETS)
def test_no_full_name_of_a_person_leaves_for_a_masked_role(
    client: TestClient, bearer: Any, role: str, path: str
) -> None:
    text = client.get(path, headers=bearer(role)).text
    assert not [name for name in city.FULL_NAMES if name in text]


def test_a_chain_behind_a_score_names_people_only_to_those_who_read_names(client: TestClient, bearer: Any) -> None:
    def chains(role: str) -> list[str]:
        body = {"parties": [city.HONGDA]}
        (score,) = client.post("/v1/scores", json=body, headers=bearer(role)).json()
        return [text for part in score["contributions"] for text in part["path"]]

    assert chains("analyst") == ["赵一鸣 → 控制（表决权 60%）→ 鑫宏达"]
    assert chains("viewer") == []


def test_an_analyst_reads_names(client: TestClient, bearer: Any) -> None:
    group = get(client, f"/v1/groups/{city.GROUP}", bearer("analyst"))
    assert [m["name"] for m in group["members"]] == ["孙问天", "钱多鱼", "郑合欢"]


def test_a_viewer_finds_no_complainant_by_name(client: TestClient, bearer: Any) -> None:
    assert [p["id"] for p in get(client, "/v1/search?q=孙问天", bearer("supervisor"))] == [city.SUN]
    assert get(client, "/v1/search?q=孙问天", bearer("viewer")) == []
    assert get(client, "/v1/search?q=孙问天&kind=Complainant", bearer("viewer")) == []


def test_contributions_and_base_sum_exactly_to_the_score(client: TestClient, bearer: Any) -> None:
    score = get(client, f"/v1/parties/{city.HONGDA}/score", bearer())
    assert score["base"] + sum(c["points"] for c in score["contributions"]) == score["score"] == 780.0
    assert score["class_limits"] == [400.0, 600.0, 800.0]
    assert score["snapshot"] == small_snapshot.ID


def test_many_scores_come_in_the_order_asked(client: TestClient, bearer: Any) -> None:
    body = {"parties": [city.BAIHUO, "nobody", city.HONGDA]}
    scores = client.post("/v1/scores", json=body, headers=bearer("system")).json()
    assert [s and s["score"] for s in scores] == [300.0, None, 780.0]


@pytest.mark.parametrize("parties", [[], ["x"] * 10_001, ["x" * 161], "x", None])
def test_a_batch_has_bounds(client: TestClient, bearer: Any, parties: Any) -> None:
    is_problem(client.post("/v1/scores", json={"parties": parties}, headers=bearer()), 422, "InvalidRequest")


def test_ten_thousand_scores_are_one_call(client: TestClient, bearer: Any) -> None:
    answer = client.post("/v1/scores", json={"parties": [city.BAIHUO] * 10_000}, headers=bearer("system"))
    assert len(answer.json()) == 10_000


def test_a_network_has_a_position_for_every_party_and_counts(client: TestClient, bearer: Any) -> None:
    network = get(client, f"/v1/parties/{city.HONGDA}/network?limit=10", bearer())
    assert len(network["parties"]) <= 10
    assert {p["id"] for p in network["parties"]} == network["positions"].keys()
    assert all(c["shown"] <= c["total"] for c in network["counts"])


def test_expanding_leaves_out_what_is_on_the_picture(client: TestClient, bearer: Any) -> None:
    body = {"relation": "SHAREHOLDER", "exclude": [city.HONGDA, city.LIN]}
    found = client.post(f"/v1/parties/{city.HONGDA}/expand", json=body, headers=bearer()).json()
    assert {p["id"] for p in found["parties"]} - {city.HONGDA} == {city.HAITAO, city.YUANFAN}


def test_a_hub_is_crossed_only_when_asked(client: TestClient, bearer: Any) -> None:
    def added(cross: bool) -> int:
        body = {"exclude": [city.CLUSTER], "cross_hub": cross}
        found = client.post(f"/v1/parties/{city.CLUSTER}/expand", json=body, headers=bearer()).json()
        return len({p["id"] for p in found["parties"]} - {city.CLUSTER})

    assert (added(False), added(True)) == (0, 25)


def test_no_path_is_an_answer(client: TestClient, bearer: Any) -> None:
    answer = get(client, f"/v1/paths?source={city.LIN}&target={city.CROWD[0]}", bearer())
    assert answer["hops"] is None
    assert answer["paths"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/search",
        "/v1/search?q=x&limit=0",
        "/v1/search?q=x&kind=Ghost",
        "/v1/leads?offset=-1",
        "/v1/leads?limit=501",
        f"/v1/paths?source={city.LIN}&target={city.LIN}&max_hops=7",
        "/v1/records",
        f"/v1/parties/{'x' * 161}",
    ],
)
def test_a_parameter_out_of_bounds_is_explained_without_repeating_it(
    client: TestClient, bearer: Any, path: str
) -> None:
    answer = client.get(path, headers=bearer())
    is_problem(answer, 422, "InvalidRequest")
    assert answer.json()["errors"]
    assert "Ghost" not in answer.text


@pytest.mark.parametrize(
    "path",
    ["parties/nobody", "parties/nobody/score", "parties/nobody/network", "groups/g_0", "groups/g_0/network",
     "merchants/nobody", "leads/l_0", "leads/l_0/network", f"paths?source={city.LIN}&target=nobody"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(client: TestClient, bearer: Any, path: str) -> None:
    is_problem(client.get(f"/v1/{path}", headers=bearer()), 404, "NotFound")


def test_too_many_records_are_refused(client: TestClient, bearer: Any) -> None:
    ids = ",".join(f"r_{i}" for i in range(201))
    is_problem(client.get(f"/v1/records?ids={ids}", headers=bearer()), 422, "InputError")


def test_an_unknown_address_and_method_are_problems_too(client: TestClient, bearer: Any) -> None:
    is_problem(client.get("/v2", headers=bearer()), 404, "not_found")
    is_problem(client.delete("/v1/leads", headers=bearer()), 405, "method_not_allowed")


def test_an_unchanged_answer_is_not_sent_again(client: TestClient, bearer: Any) -> None:
    headers = bearer("analyst")
    first = client.get("/v1/leads", headers=headers)
    again = client.get("/v1/leads", headers={**headers, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    masked = client.get("/v1/leads", headers={**bearer("viewer"), "If-None-Match": first.headers["etag"]})
    assert masked.status_code == 200, "another role reads another text, so it has another tag"


def test_pages_follow_each_other(client: TestClient, bearer: Any) -> None:
    headers, path, seen = bearer(), "/v1/leads?limit=2", []
    while path:
        answer = client.get(path, headers=headers)
        seen += [lead["id"] for lead in answer.json()]
        path = answer.links.get("next", {}).get("url", "")
    assert seen == ["l_1", "l_2", "l_3"]


def test_lists_can_be_narrowed(client: TestClient, bearer: Any) -> None:
    headers = bearer()
    assert [x["id"] for x in get(client, "/v1/leads?kind=linked_parties", headers)] == ["l_2"]
    assert [x["id"] for x in get(client, "/v1/leads?state=new", headers)] == ["l_1", "l_2", "l_3"]
    assert [x["id"] for x in get(client, "/v1/merchants?flagged=true", headers)] == [city.SNACKS]


def test_a_lead_is_drawn_with_its_subjects_and_whom_they_hit(client: TestClient, bearer: Any) -> None:
    drawn = get(client, "/v1/leads/l_1/network", bearer())
    assert {p["id"] for p in drawn["parties"]} == {city.SUN, city.QIAN, city.ZHENG, city.SHOP}
    assert {(r["source"], r["target"]) for r in drawn["relations"]} >= {(city.SUN, city.SHOP), (city.QIAN, city.SHOP)}


def test_a_lead_about_one_party_is_drawn_with_its_surroundings(client: TestClient, bearer: Any) -> None:
    drawn = get(client, "/v1/leads/l_3/network", bearer())
    assert drawn["centre"] == city.SNACKS
    assert city.PLATFORM in {p["id"] for p in drawn["parties"]}


@pytest.mark.parametrize("path", ["/", "/static/js/main.js", "/v1/health", "/v1/leads", "/nothing"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert {k: answer.headers[k.decode()] for k in HEADERS} == {k: v.decode() for k, v in HEADERS.items()}
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_personal_answers_are_kept_by_no_cache(client: TestClient, bearer: Any) -> None:
    assert client.get(f"/v1/parties/{city.LIN}", headers=bearer()).headers["cache-control"] == "no-store"


def test_the_description_has_an_example_for_every_route(client: TestClient, bearer: Any) -> None:
    described = get(client, "/v1/openapi.json", bearer())["paths"]
    routes = {f"{method} {path}": spec for path, methods in described.items() for method, spec in methods.items()}
    silent = {name for name, spec in routes.items() if "Example: `" not in spec["description"]}
    assert silent == {"get /v1/health"}
    assert "404" in routes["get /v1/parties/{party_id}"]["responses"]


def test_without_a_snapshot_networks_answer_and_scores_say_what_to_run(city_: Any, tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path))
    with TestClient(create_app(settings, store=city_)) as client:
        from api.tokens import Tokens

        headers = {"Authorization": f"Bearer {Tokens(tmp_path).create('analyst', 'test', 1)}"}
        assert get(client, f"/v1/parties/{city.HONGDA}", headers)["score"] is None
        assert get(client, "/v1/meta", headers)["snapshot"] is None
        refused = client.get("/v1/leads", headers=headers)
        is_problem(refused, 503, "SnapshotError")
        assert "creditnet refresh" in refused.json()["detail"]
        assert client.get("/v1/health").json() == {"status": "no_snapshot"}


def test_a_refresh_is_seen_by_a_running_server(city_: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.deps.REOPEN_SECONDS", 0.0)
    settings = Settings(home=str(tmp_path))
    small_snapshot.write(settings, "one")
    with TestClient(create_app(settings, store=city_)) as client:
        services = client.app.state.services  # type: ignore[attr-defined]
        first = services.snapshot()
        assert services.snapshot() is first
        small_snapshot.write(settings, "two")
        assert (first.id, services.snapshot().id) == ("one", "two")


def test_a_question_that_takes_too_long_is_stopped_and_says_so(
    client: TestClient, bearer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(store: Any, *_: Any, **__: Any) -> Any:
        return store.read("UNWIND range(1, 1000000000) AS x RETURN count(x) AS n", name="endless", timeout=0.2)

    monkeypatch.setattr("api.routers.search.search", endless)
    answer = client.get("/v1/search?q=x", headers=bearer())
    is_problem(answer, 504, "StatementTimeout")
    assert "CREDITNET_QUERY_TIMEOUT" in answer.json()["detail"]


@pytest.fixture
def city_(city: Any) -> Any:
    """The store; `city` in this module names the fixture graph."""
    return city


@pytest.mark.parametrize(
    ("error", "status"),
    [(AccessDenied, 401), (NotFound, 404), (MissingColumns, 422), (StatementTimeout, 504), (SnapshotError, 503),
     (ServerUnavailable, 503), (StatementFailed, 500), (ConfigError, 500)],
)  # fmt: skip
def test_every_error_has_a_status(error: type[Exception], status: int) -> None:
    assert status_of(error("x")) == status  # type: ignore[arg-type]


@pytest.fixture
def undecided(api_settings: Settings) -> Any:
    """Decisions of this test go with it: the home is shared."""
    yield
    (api_settings.home_path / "handling.sqlite").unlink(missing_ok=True)


@pytest.mark.usefixtures("undecided")
def test_a_lead_is_handled_by_officers_only(client: TestClient, bearer: Any, city: Any) -> None:
    path, dismissal = "/v1/leads/l_3/handling", {"action": "dismiss", "reason": "explained", "note": "促销期间"}
    for role in ("viewer", "auditor", "administrator", "system"):
        is_problem(client.post(path, json=dismissal, headers=bearer(role)), 403, "NotAllowed")
        is_problem(client.get(path, headers=bearer(role)), 403, "NotAllowed")
    officer = bearer("analyst")
    answer = client.post(path, json=dismissal, headers=officer).json()
    assert (answer["state"], answer["reason"]) == ("dismissed", "explained")

    def listed(query: str = "") -> list[str]:
        return [x["id"] for x in get(client, f"/v1/leads{query}", officer)]

    assert "l_3" not in listed()
    assert listed("?state=dismissed") == ["l_3"]
    [step] = get(client, path, officer)
    assert (step["action"], step["by"], step["note"]) == ("dismiss", "test", "促销期间")
    client.post("/v1/leads/l_1/handling", json={"action": "assign", "assignee": "王科"}, headers=officer)
    assert listed("?assignee=王科") == ["l_1"]


@pytest.mark.usefixtures("undecided")
def test_a_decision_that_lacks_its_reason_is_refused(client: TestClient, bearer: Any) -> None:
    for faulty in ({"action": "dismiss"}, {"action": "assign"}, {"action": "dismiss", "reason": "other"}):
        answer = client.post("/v1/leads/l_3/handling", json=faulty, headers=bearer("analyst"))
        is_problem(answer, 422, "InputError")
    answer = client.post("/v1/leads/l_3/handling", json={"action": "burn"}, headers=bearer("analyst"))
    is_problem(answer, 422, "InvalidRequest")
    answer = client.post("/v1/leads/l_none/handling", json={"action": "confirm"}, headers=bearer("analyst"))
    is_problem(answer, 404, "NotFound")


@pytest.mark.usefixtures("undecided")
def test_calibration_follows_decisions(client: TestClient, bearer: Any) -> None:
    officer = bearer("supervisor")
    assert get(client, "/v1/leads/calibration", officer) == []
    client.post("/v1/leads/l_1/handling", json={"action": "confirm"}, headers=officer)
    [row] = get(client, "/v1/leads/calibration", officer)
    assert (row["kind"], row["stated"], row["confirmed"], row["dismissed"]) == ("complainant_group", 0.93, 1, 0)


# -- as of a day ----------------------------------------------------------------------------------------------------


def test_every_question_says_as_of_which_day_it_is_answered(client: TestClient, app: FastAPI, bearer: Any) -> None:
    for path in GETS:
        assert client.get(path, headers=bearer()).headers["as-of"] == str(today()), path
    described = app.openapi()["paths"]
    for path, methods in described.items():
        for method in methods.values():
            assert path in OPEN or {"as_of", "known_on"} <= {p["name"] for p in method.get("parameters", [])}, path


@pytest.mark.parametrize(
    "query", ["as_of=3000-01-01", "as_of=yesterday", "known_on=2024-01-01", "as_of=2024-01-02&known_on=2024-01-01"]
)
def test_a_day_that_makes_no_sense_is_refused(client: TestClient, bearer: Any, query: str) -> None:
    answer = client.get(f"/v1/parties/{city.HONGDA}?{query}", headers=bearer())
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_picture_as_of_a_day_shows_what_had_begun_and_nothing_suspected_later(
    client: TestClient, bearer: Any
) -> None:
    answer = client.get(f"/v1/parties/{city.HONGDA}/network?as_of=2016-01-01", headers=bearer())
    network = answer.json()
    assert (answer.headers["as-of"], network["as_of"]) == ("2016-01-01", "2016-01-01")
    led = [(r["source"], r["valid_to"]) for r in network["relations"] if r["type"] == "LEGAL_REP"]
    assert (city.LIN, None) in led, "the term that ended in 2018 had not ended"
    assert not {"OFFICER", "OPERATES", "CONTROLS", "HIDDEN_LINK"} & {r["type"] for r in network["relations"]}
    assert {p["risk_class"] for p in network["parties"]} == {None}


def test_a_credit_file_as_of_a_day_holds_the_records_of_that_day(client: TestClient, bearer: Any) -> None:
    file = get(client, f"/v1/parties/{city.HONGDA}?as_of=2023-06-30", bearer())
    assert [r["id"] for r in file["records"]] == ["r_2"]
    assert (file["as_of"], file["score"], file["leads"]) == ("2023-06-30", None, [])


def test_a_score_as_of_a_day_is_that_of_its_snapshot(client: TestClient, bearer: Any) -> None:
    path = f"/v1/parties/{city.HONGDA}/score"
    assert get(client, f"{path}?as_of=2026-07-15", bearer())["snapshot"] == small_snapshot.ID, "in force on that day"
    answer = client.get(f"{path}?as_of=2026-06-29", headers=bearer())
    is_problem(answer, 503, "SnapshotError")
    assert "creditnet refresh --as-of 2026-06-29" in answer.json()["detail"]
    for question in ("groups", f"groups/{city.GROUP}/network", "merchants", "leads", "leads/l_1/network"):
        assert get(client, f"/v1/{question}?as_of=2026-07-15", bearer())
