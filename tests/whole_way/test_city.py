"""Files → tables → Neo4j → findings and scores: counts agree on every floor, parts sum, the same gives the same."""

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest
from a_city import City

from loaders.compare import compare
from loaders.load import load_files
from loaders.publish import publish_graph
from queries.complainants import groups
from queries.leads import leads
from queries.refresh import is_current, refresh
from queries.snapshot import Snapshot

pytestmark = pytest.mark.neo4j


def rows_of(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


@pytest.fixture(scope="module")
def snapshot(city: City) -> Snapshot:
    return Snapshot.open(city.settings)


def test_no_row_is_lost(city: City) -> None:
    for report in city.loads:
        assert report.read == rows_of(Path(report.file)), report.file
        assert report.loaded + report.quarantined == report.read, report.file


def test_an_empty_local_database_is_filled_by_the_importer(city: City) -> None:
    assert city.graph.way == ("bulk" if city.settings.is_local else "batches")


def test_tables_and_graph_hold_the_same(city: City) -> None:
    differing = [row for row in compare(city.tables, city.store) if not row.agrees]
    assert differing == []


def test_loading_and_publishing_again_changes_nothing(city: City) -> None:
    state = city.tables.state()
    again = load_files(city.tables, sorted(city.files.glob("*.csv")))
    assert all(r.already_loaded for r in again)
    assert city.tables.state() == state
    assert publish_graph(city.tables, city.store).way == "unchanged"
    assert is_current(city.tables, city.settings)


def test_the_graph_carries_the_findings_of_the_snapshot(city: City, snapshot: Snapshot) -> None:
    assert {g.id for g in groups(city.store, limit=1000)} == {g.id for g in snapshot.groups(limit=1000)}
    assert [x.id for x in leads(city.store, limit=1000)] == [x.id for x in snapshot.leads(limit=1000)]
    scored = city.store.read(
        "MATCH (c:Company) WHERE c.score IS NOT NULL RETURN c.id AS id, c.score AS score, c.risk_class AS grade"
    )
    table = snapshot.table("scores")
    expected = dict(
        zip(
            table["party"].to_pylist(),
            zip(*(table[c].to_pylist() for c in ("score", "risk_class")), strict=True),
            strict=True,
        )
    )
    assert {row["id"]: (row["score"], row["grade"]) for row in scored} == expected


def test_every_score_is_exactly_the_sum_of_its_parts(snapshot: Snapshot) -> None:
    scores, parts = snapshot.table("scores"), snapshot.table("contributions")
    first, items = (scores[c].to_numpy() for c in ("first", "items"))
    running = np.concatenate([[0], np.cumsum(parts["tenths"].to_numpy(), dtype=np.int64)])
    tenths = round(snapshot.meta.base * 10) + running[first + items] - running[first]
    assert (tenths == np.rint(scores["score"].to_numpy() * 10)).all()
    assert np.abs(tenths / 10 - scores["score"].to_numpy()).max() < 1e-9


def test_supervision_parts_name_the_records_they_rest_on(city: City, snapshot: Snapshot) -> None:
    listed = city.tables.sql(
        f"""SELECT company_id, id FROM credit_records WHERE kind = 'severe_list' AND status = 'in_force'
            AND coalesce(use_to, DATE '9999-12-31') > DATE '{snapshot.data_date}'"""
    ).to_pylist()
    assert listed
    for row in listed:
        score = snapshot.score(row["company_id"])
        assert score is not None
        part = next(c for c in score.contributions if c.feature == "severe_list")
        assert row["id"] in part.records
        assert score.risk_class == "D"
        assert part.legal_basis


def test_the_same_state_gives_the_same_bytes(city: City, snapshot: Snapshot) -> None:
    def digest() -> dict[str, str]:
        files = sorted(snapshot.folder.glob("*.arrow"))
        return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files}

    before = digest()
    refresh(city.tables, None, city.settings)
    assert digest() == before
