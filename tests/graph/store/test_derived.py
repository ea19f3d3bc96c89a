"""Relationships derived from complaints and credit records, against a straightforward count by hand."""

import datetime as dt
from collections import defaultdict

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from graph.model.kinds import AGAINST, COMPLAINED, DELIVERED_TO, FILED, HAS_RECORD
from graph.store.derived import complaint_relationships, record_relationships

DAY = dt.date(2024, 1, 1)
COLUMNS = ("id", "complainant_id", "merchant_id", "filed_on", "address_id", "source", "received")
SCHEMA = pa.schema([(name, pa.date32() if name in ("filed_on", "received") else pa.string()) for name in COLUMNS])

complaints = st.lists(
    st.fixed_dictionaries(
        {
            "complainant_id": st.sampled_from(["q1", "q2", None]),
            "merchant_id": st.sampled_from(["s1", "c1", None]),
            "filed_on": st.sampled_from([DAY, DAY + dt.timedelta(40), None]),
            "address_id": st.sampled_from(["a1", "a2", None]),
            "source": st.sampled_from(["complaints", "platform"]),
            "received": st.sampled_from([DAY, DAY + dt.timedelta(50)]),
        }
    ),
    max_size=12,
)


@given(complaints)
def test_complaints_give_their_relationships(rows: list[dict[str, object]]):
    rows = [{"id": f"k{i}", **row} for i, row in enumerate(rows)]

    derived = complaint_relationships(pa.Table.from_pylist(rows, SCHEMA))

    assert ends(derived[FILED]) == [(r["complainant_id"], r["id"]) for r in rows if r["complainant_id"]]
    assert ends(derived[AGAINST]) == [(r["id"], r["merchant_id"]) for r in rows if r["merchant_id"]]
    places = {(r["complainant_id"], r["address_id"]) for r in rows if r["complainant_id"] and r["address_id"]}
    assert sorted(ends(derived[DELIVERED_TO])) == sorted(places)
    assert {tuple(row.values()) for row in derived[COMPLAINED].to_pylist()} == counted(rows)


def counted(rows: list[dict[str, object]]) -> set[tuple[object, ...]]:
    pairs = defaultdict(list)
    for row in rows:
        if row["complainant_id"] and row["merchant_id"]:
            pairs[row["complainant_id"], row["merchant_id"]].append(row)
    expected = set()
    for pair, together in pairs.items():
        days = [row["filed_on"] for row in together if row["filed_on"]]
        first, last = (min(days), max(days)) if days else (None, None)
        provenance = min(row["source"] for row in together), max(row["received"] for row in together)
        expected.add((*pair, len(together), first, last, *provenance))
    return expected


def ends(rows: pa.Table) -> list[tuple[object, object]]:
    return list(zip(rows["from_id"].to_pylist(), rows["to_id"].to_pylist(), strict=True))


def test_a_record_belongs_to_its_company():
    records = pa.table({"id": ["r1", "r2"], "company_id": ["c1", None], "source": ["penalties"] * 2})

    assert record_relationships(records)[HAS_RECORD].to_pylist() == [
        {"from_id": "c1", "to_id": "r1", "source": "penalties"}
    ]
