"""A whole small synthetic city through the loaders: every source recognised, nothing lost, no link into the void."""

import pytest

from graph.model.kinds import COMPLAINT, CREDIT_RECORD, NODES, TABLED
from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files
from loaders.synthetic import generate

COMPANIES = 500  # the smallest city


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    generate(folder, companies=COMPANIES, seed=11)
    files = sorted((folder / "files").glob("*.csv"))
    with Tables.open(Settings(home=str(folder / "home"))) as tables:
        yield tables, {report.source: report for report in load_files(tables, files)}


def test_every_file_is_recognised_and_fully_mapped(city):
    _, reports = city
    assert len(reports) == 12
    assert {name: r.unmapped for name, r in reports.items() if r.unmapped} == {}


def test_every_record_is_accounted_for(city):
    _, reports = city
    for report in reports.values():
        assert report.read == report.loaded + report.quarantined
        assert report.quarantined == sum(report.reasons.values())
    assert reports["registration"].loaded == COMPANIES


def test_only_broken_dates_are_refused(city):
    _, reports = city
    reasons = {reason for report in reports.values() for reason in report.reasons}
    assert reasons <= {"bad_filed", "bad_decided", "bad_repaired", "original_unknown"}
    refused = sum(report.quarantined for report in reports.values())
    assert refused < 0.005 * sum(report.read for report in reports.values())


@pytest.mark.parametrize("kind", TABLED, ids=lambda kind: kind.type)
def test_no_relationship_ends_in_the_void(city, kind):
    tables, _ = city
    nodes = {node.label: set(tables.arrow(node.table, ["id"])["id"].to_pylist()) for node in NODES}
    ends = tables.arrow(kind.table, ["from_id", "to_id"])
    for column, labels in (("from_id", kind.sources), ("to_id", kind.targets)):
        assert set(ends[column].to_pylist()) <= set().union(*(nodes[label] for label in labels))


@pytest.mark.parametrize(
    ("table", "column", "targets"),
    [
        (COMPLAINT.table, "complainant_id", ["complainants"]),
        (COMPLAINT.table, "merchant_id", ["shops", "companies"]),
        (COMPLAINT.table, "phone_id", ["phones"]),
        (COMPLAINT.table, "address_id", ["addresses"]),
        (CREDIT_RECORD.table, "company_id", ["companies"]),
        (CREDIT_RECORD.table, "person_id", ["persons"]),
    ],
)
def test_no_column_refers_to_the_void(city, table, column, targets):
    tables, _ = city
    known = set().union(*(tables.arrow(target, ["id"])["id"].to_pylist() for target in targets))
    assert set(tables.arrow(table, [column])[column].drop_null().to_pylist()) <= known
