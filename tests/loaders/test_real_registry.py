"""The real register extracts: every count of the data notes, by numbers only (no row is ever printed)."""

import pyarrow.csv as pa_csv
import pytest

from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def registry(real_data, tmp_path_factory):
    """All three extracts in one home: (tables, reports by file name)."""
    home = tmp_path_factory.mktemp("registry")
    names = ("dongguan.csv", "malformed_codes.csv", "shifted_columns.csv")
    with Tables.open(Settings(home=str(home))) as tables:
        reports = load_files(tables, [real_data / "registry" / name for name in names])
        yield tables, dict(zip(names, reports, strict=True))


def counts(report):
    return report.read, report.loaded, report.quarantined, report.superseded


def test_dongguan_loses_nothing(registry):
    report = registry[1]["dongguan.csv"]
    assert counts(report) == (23_294, 23_294, 0, 0)
    assert report.source == "registration"
    assert not report.unmapped
    assert not report.warnings  # every code, date and capital is read


def test_malformed_codes_lose_nothing(registry):
    report = registry[1]["malformed_codes.csv"]
    # one of the lower-case codes is a company of dongguan.csv as well
    assert counts(report) == (4_207, 4_207, 0, 1)


def test_outcomes_by_kind_and_position(real_data, tmp_path):
    with Tables.open(Settings(home=str(tmp_path / "home"))) as tables:
        load_files(tables, [real_data / "registry" / "malformed_codes.csv"])
        companies = tables.arrow("companies", ["line", "id", "code_status", "legacy_code", "uscc"]).to_pylist()
        aliases = {row["entity_id"] for row in tables.arrow("aliases", ["entity_id"]).to_pylist()}
    kinds = pa_csv.read_csv(real_data / "registry" / "malformed_codes_kind.csv")["kind"].to_pylist()
    assert len(companies) == len(kinds) == 4_207  # none dropped, none merged
    outcomes = {}
    for company in companies:
        is_alias = company["id"] in aliases
        outcome = (company["code_status"], company["uscc"] is not None, is_alias)
        key = (kinds[company["line"] - 1], outcome)
        outcomes[key] = outcomes.get(key, 0) + 1
    assert outcomes == {
        ("old_15_digit", ("legacy15", False, True)): 3_377,
        ("old_15_alnum", ("legacy15", False, True)): 333,
        ("old_13_digit", ("bad_format", False, True)): 239,
        ("lowercase_valid", ("valid", True, False)): 147,
        ("check_digit_fails", ("bad_check", True, False)): 91,
        ("org_code_9", ("org9", False, True)): 2,
        ("bad_character", ("bad_format", False, True)): 1,
        ("other", ("bad_format", False, True)): 11,
        ("other", ("missing", False, False)): 6,
    }


def test_shifted_columns_are_quarantined_with_reasons(registry):
    tables, reports = registry
    report = reports["shifted_columns.csv"]
    assert counts(report) == (88, 0, 88, 0)
    assert report.reasons == {
        "implausible_province": 46,
        "implausible_capital": 38,
        "implausible_city": 3,
        "swallowed_lines": 1,
    }
    kept = tables.quarantined(report.batch)
    assert kept["line"].to_pylist() == list(range(1, 89))
    assert all(kept["original"].to_pylist())
    assert all(": " in reason for reason in kept["reason"].to_pylist())


def test_second_run_changes_nothing(registry, real_data):
    tables, reports = registry
    before = tables.state()
    (again,) = load_files(tables, [real_data / "registry" / "dongguan.csv"])
    assert again.already_loaded
    assert counts(again) == counts(reports["dongguan.csv"])
    assert tables.state() == before
