"""Evaluation: perfect findings score 1, none score 0, wrong ones show; keys lead to the ids the loaders make."""

from __future__ import annotations

import io
from dataclasses import asdict
from datetime import date

import pyarrow as pa
import pytest
from rich.console import Console

import loaders.job
from graph.errors import NotFound
from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files
from loaders.synthetic import HEADINGS, generate
from queries.evaluate import TruthScore, evaluate, markdown, render
from queries.evaluate.truth import KEY_NAME, Truth
from queries.results import Group, GroupMember, Lead, Merchant
from queries.snapshot import Meta, Snapshot, publish
from queries.snapshot.files import ranked, write_bodies, write_meta, write_table

# ibis still calls a method that duckdb 2 has renamed.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_.* is deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A generated city and an empty home that shares its secret with whoever loads it."""
    folder = tmp_path_factory.mktemp("evaluate")
    generate(folder / "city", companies=1_500, seed=7)
    settings = Settings(home=str(folder / "home"))
    tables = Tables.open(settings)
    return folder / "city", settings, tables, Truth(folder / "city" / "truth", tables.secret(KEY_NAME))


def merchant(merchant_id: str, *, flagged: bool, targeted: bool) -> Merchant:
    score, seen = (0.9, 9.0) if flagged else (0.1, 1.0)
    return Merchant(
        merchant_id, "店", "Shop", "同类", 1.0, "订单", 1, 1, 1, seen, seen, 1.0, 1.0, 1.0, 1.0, 0.5, score,
        flagged, flagged, 0.0, targeted,
    )  # fmt: skip


def group(number: int, members: set[str]) -> Group:
    rows = tuple(GroupMember(m, "甲", 1.0, 2, 2, 2) for m in sorted(members))
    return Group(f"g_{number}", len(rows), "strong", 1.0, 1.0, None, None, rows, (), ())


def pairs_table(left: str, right: str, pairs, **constant) -> pa.Table:
    rows = sorted(pairs)
    columns = {left: [a for a, _ in rows], right: [b for _, b in rows]}
    kinds = {name: pa.array([value] * len(rows)) for name, value in constant.items()}
    return pa.table({**{n: pa.array(c, pa.string()) for n, c in columns.items()}, **kinds})


def between(pairs) -> set[tuple[str, str]]:
    return {(p.a, p.b) for p in pairs}


def perfect(truth: Truth) -> dict:
    """Findings that say exactly what was planted."""
    members = [truth.members(plant, "member") for plant in truth.of_kind("group")]
    flagged = set().union(*members)
    people = flagged | truth.all_members(("incident", "heavy_consumer", "not_detectable"), "member")
    abnormal = truth.all_members(("abnormal_merchant",), "merchant")
    heads = truth.all_members(("control_chain", "joint_control"), "head")
    controls = {p for p in between(truth.pairs_of("controls", "control_chain", "joint_control")) if p[0] in heads}
    owners = {(p.a, p.b): p.percent for p in truth.pairs_of("beneficial_owner")}
    articles = {
        "revoked": "revoked",
        "cancelled": "false_registration",
        "debtor": "judgment_debtor",
        "severe": "severe_list",
    }
    bars = [
        pairs_table("person", "company", between(truth.pairs_of("barred_all", f"all_bars_{g}")), article=a)
        for g, a in articles.items()
    ]
    links = [
        pairs_table("from_id", "to_id", between(truth.pairs_of("hidden_link", k)), rule=k, shared="t_1")
        for k in ("same_phone", "adjacent_landline", "same_address")
    ]
    contagion = truth.all_members(("contagion",), "company")
    return {
        "complainants": pa.table({
            "id": sorted(people),
            "score": [float(p in flagged) for p in sorted(people)],
            "flagged": [p in flagged for p in sorted(people)],
        }),
        "control": pairs_table("controller", "company", controls).select(["company", "controller"]),
        "beneficial_owners": pa.table({
            "company": [c for _, c in sorted(owners)],
            "person": [p for p, _ in sorted(owners)],
            "percent": [owners[pair] for pair in sorted(owners)],
        }),
        "cycles": pa.table({"company": sorted({p.a for p in truth.pairs_of("cycle")})}),
        "barred": pa.concat_tables(bars),
        "rebirths": pairs_table("ended", "company", between(truth.pairs_of("rebirth"))),
        "hidden_links": pa.concat_tables(links),
        "scores": pa.table({
            "party": [*sorted(contagion), "x", "y"],
            "score": [*(600.0 for _ in contagion), 300.0, 700.0],
        }),
        "groups": [group(i, m) for i, m in enumerate(members)],
        "merchants": [
            merchant(m, flagged=m in abnormal, targeted=rate.attacks > 0) for m, rate in truth.merchants.items()
        ],
        "leads": [
            Lead(f"l_{i}", "genuine_incident", "", "", i, "new", None, (m,), ())
            for i, m in enumerate(sorted(truth.all_members(("incident",), "merchant")))
        ],
    }  # fmt: skip


def published(settings: Settings, name: str, findings: dict) -> Snapshot:
    bodies = {"groups", "merchants", "leads"}
    with publish(settings, name) as folder:
        for table, rows in findings.items():
            if table not in bodies:
                write_table(folder, table, rows)
        write_bodies(folder, "groups", findings["groups"], {})
        example = merchant("any", flagged=True, targeted=True)  # there may be none to tell the columns from
        schema = pa.Table.from_pylist([asdict(example)]).schema
        rows = [asdict(m) for m in findings["merchants"]]
        write_table(folder, "merchants", ranked(pa.Table.from_pylist(rows, schema=schema)))
        kinds = pa.array([x.kind for x in findings["leads"]], pa.string())
        states = pa.array([x.state for x in findings["leads"]], pa.string())
        write_bodies(folder, "leads", findings["leads"], {"kind": kinds, "state": states})
        write_meta(folder, Meta(name, date(2026, 6, 30), "s", "1", "2026", (400.0, 600.0, 800.0)))
    return Snapshot.open(settings, name)


def figures(city, name: str, findings: dict) -> tuple[TruthScore, ...]:
    folder, settings, tables, _ = city
    return evaluate(published(settings, name, findings), folder / "truth", tables)


def test_perfect_findings_score_one_everywhere(city):
    for figure in figures(city, "perfect", perfect(city[3])):
        assert figure.planted > 0, figure
        assert figure.recall in (None, 1.0), figure
        assert figure.precision in (None, 1.0), figure
        assert figure.average_precision in (None, 1.0), figure
        assert figure.wrong_share in (None, 0.0), figure
    contagion = next(f for f in figures(city, "perfect", perfect(city[3])) if f.kind == "contagion")
    assert contagion.auc == 0.5  # one other firm scores below all of them, one above


def test_no_findings_score_zero(city):
    nothing = {k: v[:0] if isinstance(v, list) else v.slice(0, 0) for k, v in perfect(city[3]).items()}
    for figure in figures(city, "nothing", nothing):
        assert figure.recall in (None, 0.0), figure
        assert figure.precision is None, figure
        assert not figure.wrong_share, figure


def test_false_flags_show(city):
    truth, findings = city[3], perfect(city[3])
    table = findings["complainants"]
    findings["complainants"] = table.set_column(2, "flagged", pa.array([True] * len(table)))
    hub = min(truth.all_members(("hub_phone",), "hub"))
    link = pa.table({"from_id": ["a"], "to_id": ["b"], "rule": ["same_phone"], "shared": [hub]})
    findings["hidden_links"] = pa.concat_tables([findings["hidden_links"], link])
    free = sorted(between(truth.pairs_of("not_barred")))
    wrong = pa.table({"person": [free[0][0]], "company": [free[0][1]], "article": ["revoked"]})
    findings["barred"] = pa.concat_tables([findings["barred"], wrong])
    by_kind = {(f.kind, f.slice): f for f in figures(city, "wrong", findings)}
    assert by_kind["people of genuine incidents", "all"].wrong_share == 1.0
    assert by_kind["heavy genuine consumers", "all"].wrong_share == 1.0
    assert by_kind["group members", "all"].precision < 1.0
    hubs = by_kind["hubs", "addresses, phones, state investor"]
    assert (hubs.found, hubs.wrong_share) == (1, 1 / hubs.planted)
    assert by_kind["barred persons", "planted"].wrong_share == 1 / len(free)
    assert by_kind["barred persons", "revoked"].precision < 1.0


def test_half_of_the_pairs_is_half_the_recall(city):
    findings = perfect(city[3])
    half = len(findings["control"]) // 2
    expected = half / len(findings["control"])
    findings["control"] = findings["control"].slice(0, half)
    control = next(f for f in figures(city, "half", findings) if f.kind == "control")
    assert control.recall == pytest.approx(expected)
    assert control.precision == 1.0


def test_a_group_merged_into_a_crowd_is_not_found(city):
    findings = perfect(city[3])
    crowd = set().union(*({m.id for m in g.members} for g in findings["groups"])) | {f"q_{i}" for i in range(500)}
    findings["groups"] = [group(0, crowd)]
    whole = next(f for f in figures(city, "crowd", findings) if f.kind == "groups")
    assert (whole.recall, whole.precision) == (0.0, 0.0)


def test_both_forms_show_every_figure(city):
    found = figures(city, "forms", perfect(city[3]))
    lines = markdown(found).splitlines()
    assert len(lines) == 2 + len(found)
    assert len({line.count("|") for line in lines}) == 1
    screen = io.StringIO()
    Console(width=220, file=screen).print(render(found))
    text = screen.getvalue()
    for figure in found:
        assert figure.kind in text
    assert "0.999" in markdown([TruthScore("x", "y", 1000, 999, recall=0.9991)])  # never rounded up to perfect


def test_a_folder_without_truth_says_what_is_missing(city, tmp_path):
    with pytest.raises(NotFound, match="synthetic city"):
        Truth(tmp_path, b"key")


def test_the_secret_is_the_one_the_loaders_use():
    assert loaders.job.KEY_NAME == KEY_NAME


def test_keys_lead_to_the_ids_the_loaders_make(city, tmp_path):
    folder = city[0]
    tables = Tables.open(Settings(home=str(tmp_path)))
    load_files(tables, [folder / "files" / f"{name}.csv" for name in HEADINGS])
    truth = Truth(folder / "truth", tables.secret(KEY_NAME))
    kinds = ("companies", "persons", "complainants", "shops", "addresses", "phones")
    known = set().union(*(tables.arrow(name, ["id"])["id"].to_pylist() for name in kinds))
    for plant in truth.plants.values():
        missing = truth.members(plant) - known
        allowed = 0.02 * len(truth.members(plant))  # a complainant whose few complaints all lacked a phone
        assert len(missing) <= allowed, (plant, missing)
    for pair in truth.pairs:
        assert {pair.a, pair.b} <= known, pair
    shops_and_firms = set(truth.merchants)
    assert len(shops_and_firms & known) == len(shops_and_firms)
