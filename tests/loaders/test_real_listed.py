"""The listed companies in both forms: one graph, and no placeholder in it (numbers only, no row is printed)."""

import pytest

from graph.model.identifiers import is_placeholder
from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files

pytestmark = pytest.mark.real_data

KEY = b"k" * 32
FORMS = {
    "utf8": ("companies.csv", "roles.csv", "holdings.csv"),
    "raw": (
        "raw_gbk/company_basic_info.csv",
        "raw_gbk/keydirector_info.csv",
        "raw_gbk/shareholder_info.csv",
    ),
}
"""Both forms list companies, posts and holdings in this order."""


@pytest.fixture(scope="module")
def listed(real_data, tmp_path_factory):
    """Both forms, each in its own home with the same key: {form: (tables, reports)}."""
    loaded = {}
    for form, names in FORMS.items():
        home = tmp_path_factory.mktemp(form)
        (home / "keys").mkdir(mode=0o700)
        (home / "keys" / "ids.key").write_bytes(KEY)
        tables = Tables.open(Settings(home=str(home)))
        loaded[form] = (tables, load_files(tables, [real_data / "listed" / name for name in names]))
    yield loaded
    for tables, _ in loaded.values():
        tables.close()


def columns(tables, table, *names):
    rows = tables.arrow(table, names)
    return set(zip(*(rows[name].to_pylist() for name in names), strict=True))


def test_counts(listed):
    utf8 = [(r.source, r.read, r.loaded, r.reasons) for r in listed["utf8"][1]]
    assert utf8 == [
        # 1,574 trade parties of kind "other", 317 hashed holders, 69 names such as A公司; 19 names of persons' form
        ("listed_companies", 30_183, 28_204, {"placeholder_name": 1_960, "person_not_company": 19}),
        ("listed_roles", 123_603, 123_603, {}),
        ("listed_holdings", 33_296, 32_924, {"unknown_holder": 372}),
    ]
    raw = [(r.source, r.read, r.loaded, r.reasons) for r in listed["raw"][1]]
    assert raw == [
        ("listed_companies", 3_873, 3_873, {}),
        ("listed_roles_raw", 119_731, 119_731, {}),
        ("listed_holdings_raw", 33_296, 32_924, {"unknown_holder": 372}),
    ]


def test_repeated_rows_are_counted(listed):
    assert listed["utf8"][1][1].superseded == 991


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("persons", ("id", "name")),
        ("officers", ("from_id", "to_id", "post", "post_kind", "valid_to")),
        ("shareholdings", ("from_id", "to_id", "percent")),
        ("legal_reps", ("from_id", "to_id", "valid_from")),
        ("addresses", ("id", "building", "town", "cluster")),
        ("registered_at", ("from_id", "to_id")),
    ],
)
def test_both_forms_give_one_graph(listed, table, names):
    utf8, raw = (columns(listed[form][0], table, *names) for form in ("utf8", "raw"))
    assert len(utf8) > 3_000
    assert len(utf8 ^ raw) == 0  # a count, so that a failure prints no row


def test_companies_differ_only_by_trade_partners(listed):
    names = ("id", "name", "uscc", "code_status", "capital", "established", "region", "listed", "state_investor")
    utf8, raw = (columns(listed[form][0], "companies", *names) for form in ("utf8", "raw"))
    assert len(raw - utf8) == 0
    trade_only = {row[0] for row in utf8 - raw}
    linked = {end for form in listed for table in ("shareholdings", "legal_reps", "officers")
              for ends in columns(listed[form][0], table, "from_id", "to_id") for end in ends}  # fmt: skip
    # no link ends at them: the raw form has no list of trade partners
    assert len(trade_only & linked) == 0


def test_no_placeholder_becomes_a_node(listed):
    names = listed["utf8"][0].arrow("companies", ["name"])["name"].combine_chunks()
    assert sum(is_placeholder(names).to_pylist()) == 0
    assert len({"第一名", "供应商A", "单位1", "公司", "A公司", "公司1"} & set(names.to_pylist())) == 0


def test_independent_directors_and_custodians_are_marked(listed):
    tables = listed["utf8"][0]
    kinds = tables.sql("SELECT post_kind, count(*) AS n FROM officers GROUP BY post_kind").to_pylist()
    by_kind = {row["post_kind"]: row["n"] for row in kinds}
    assert by_kind["independent_director"] > 47_000
    hubs = tables.sql(
        "SELECT count(*) AS n FROM shareholdings s JOIN companies c ON c.id = s.from_id"
        " WHERE c.state_investor AND regexp_matches(c.name, '^(香港中央结算|中央汇金|中国证券金融)')"
    )
    # 746 + 662 + 375 holdings, and related names of the same three
    assert hubs["n"][0].as_py() >= 746 + 662 + 375
