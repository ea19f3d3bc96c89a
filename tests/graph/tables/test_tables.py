"""Batches and current views: what a load leaves, what readers see, what goes wrong and leaves nothing."""

import datetime as dt
import os
import sqlite3
import stat
import threading
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import AlreadyLoaded, DiskFull, HomeBusy, NotFound, TablesError
from graph.model.asof import AsOf
from graph.model.kinds import TABLES, table_schema
from graph.settings import Settings
from graph.tables import Tables
from graph.tables.batch import Batch
from graph.tables.disk import is_disk_full

# ibis 12 still calls names that duckdb 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_.* is deprecated:DeprecationWarning")


@pytest.fixture
def home(tmp_path):
    return Settings(home=str(tmp_path / "home"), memory_limit="256MB")


@pytest.fixture
def tables(home):
    with Tables.open(home) as opened:
        yield opened


def companies(*rows, **columns):
    """Rows (id, name) with running line numbers; more columns as given."""
    ids, names = zip(*rows, strict=True) if rows else ((), ())
    lines = pa.array(range(1, len(ids) + 1), pa.int64())
    return pa.table({"id": pa.array(ids, pa.string()), "name": pa.array(names, pa.string()), "line": lines, **columns})


def load(tables, name, table=None, data=None, fail=None, **more):
    """One batch; `fail` is called before its block ends."""
    with tables.begin("registration", f"{name}.csv", name) as batch:
        for key, rows in {**({table: data} if table else {}), **more}.items():
            batch.write(key, rows)
        if fail:
            fail()
    return batch.info


def names(tables, **kwargs):
    rows = tables.current("companies", **kwargs).to_pyarrow().to_pylist()
    return {row["id"]: row["name"] for row in rows}


def batch_folders(home):
    return sorted(path.name for path in (Path(home.home) / "tables" / "batches").iterdir())


# -- what a load leaves --------------------------------------------------------------------------------------


def test_an_empty_home_has_every_table_with_its_schema(tables):
    for name, kind in TABLES.items():
        assert tables.arrow(name).schema == table_schema(kind)
        assert tables.arrow(name).num_rows == 0
    assert tables.batches() == []
    assert tables.quarantined().num_rows == 0


def test_a_batch_is_there_with_all_its_tables(tables, home):
    with tables.begin("registration", "registration.csv", "a1") as batch:
        batch.write("companies", companies(("x", "甲"), ("y", "乙")))
        batch.write("legal_reps", pa.table({"from_id": ["p_1"], "to_id": ["x"]}))
        batch.quarantine(pa.table({"line": [3], "reason": ["no code"], "original": ["?,?"]}))
        assert batch.rows == {"companies": 2, "legal_reps": 1, "quarantine": 1}
        batch.counts(read=3, loaded=2)
        assert tables.batches() == []
    info = batch.info
    assert (info.id, info.source, info.file, info.sha256) == (1, "registration", "registration.csv", "a1")
    assert (info.read, info.loaded, info.quarantined, info.superseded, info.undone) == (3, 2, 1, 0, False)
    assert tables.batches() == [info]
    assert tables.find("a1", "registration") == info
    assert tables.find("a1", "other") is None
    assert names(tables) == {"x": "甲", "y": "乙"}
    assert tables.quarantined(1).to_pylist() == [
        {
            "batch": 1,
            "source": "registration",
            "file": "registration.csv",
            "line": 3,
            "reason": "no code",
            "original": "?,?",
        }
    ]
    assert batch_folders(home) == ["000001"]


def test_absent_columns_are_null_and_provenance_is_filled_in(tables):
    load(tables, "a", "companies", companies(("x", "甲")))
    row = tables.arrow("companies").to_pylist()[0]
    assert (row["source"], row["received"]) == ("registration", dt.datetime.now(dt.UTC).date())
    assert row["scope"] is None
    assert tables.arrow("companies", ["name", "id"]).to_pylist() == [{"name": "甲", "id": "x"}]


def test_repeated_texts_come_encoded_on_demand_whether_or_not_a_key_came_twice(tables):
    for turn, fresh in (("a", ["x", "y"]), ("b", ["y", "z"])):
        load(tables, turn, "companies", companies(*((id_, "甲") for id_ in fresh)))
        found = tables.arrow("companies", ["id", "name", "staff"], encoded=["name"])
        assert found.schema.types == [pa.string(), pa.dictionary(pa.int32(), pa.string()), pa.int64()]
        assert found["name"].to_pylist() == ["甲"] * (2 if turn == "a" else 3)


def test_streams_are_written_in_row_groups(tables):
    table = companies(*((f"c{i}", "甲") for i in range(5_000)))
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=100))
    info = load(tables, "a", "companies", reader)
    assert info.loaded == 5_000
    assert tables.sql("SELECT count(*) AS n, count(DISTINCT id) AS d FROM companies").to_pylist() == [
        {"n": 5_000, "d": 5_000}
    ]


def test_a_query_may_bring_tables_that_are_gone_behind_it(tables):
    load(tables, "a", "companies", companies(("x", "甲"), ("y", "乙")))
    wanted = pa.table({"name": ["乙"]})
    query = "SELECT id FROM companies SEMI JOIN wanted USING (name)"
    assert tables.sql(query, wanted=wanted)["id"].to_pylist() == ["y"]
    with pytest.raises(duckdb.CatalogException):
        tables.sql(query)


def test_another_process_object_sees_the_batch(tables, home):
    load(tables, "a", "companies", companies(("x", "甲")))
    with Tables.open(home) as again:
        assert names(again) == {"x": "甲"}
        load(tables, "b", "companies", companies(("y", "乙")))
        assert names(again) == {"x": "甲", "y": "乙"}


def test_the_same_file_changes_nothing(tables, home):
    load(tables, "a", "companies", companies(("x", "甲")))
    state = tables.state()
    with pytest.raises(AlreadyLoaded, match="batch 1"), tables.begin("registration", "copy.csv", "a"):
        pytest.fail("the block must not run")
    assert tables.state() == state
    assert batch_folders(home) == ["000001"]


# -- current views -------------------------------------------------------------------------------------------


def test_the_last_batch_wins_then_the_last_line(tables):
    load(tables, "a", "companies", companies(("x", "first"), ("y", "stays")))
    info = load(tables, "b", "companies", companies(("x", "second"), ("z", "early"), ("z", "late")))
    assert info.superseded == 1
    assert names(tables) == {"x": "second", "y": "stays", "z": "late"}
    assert tables.sql("SELECT name FROM companies WHERE id = 'z'").to_pylist() == [{"name": "late"}]


def test_encoded_texts_are_read_as_plain_ones(tables):
    rows = companies(("x", "one"), ("y", "two"), ("z", "one"))
    encoded = rows.set_column(1, "name", rows["name"].dictionary_encode())
    load(tables, "a", companies=encoded, platforms=pa.table({"id": pa.array(["f"]).dictionary_encode()}))
    assert names(tables) == {"x": "one", "y": "two", "z": "one"}
    assert tables.arrow("companies").schema.field("name").type == pa.string()
    assert tables.arrow("platforms")["id"].to_pylist() == ["f"]


def test_the_writer_may_say_that_keys_are_unique_and_which_table_supersedes(tables):
    load(tables, "a", "companies", companies(("x", "first"), ("y", "stays")))
    with tables.begin("registration", "b.csv", "b") as batch:
        batch.write("companies", companies(("x", "second"), ("z", "new")), unique=True)
        batch.write("platforms", pa.table({"id": ["f"]}), unique=True)
        batch.supersedes("companies", repeated=3)
    assert batch.info.superseded == 1 + 3
    assert names(tables) == {"x": "second", "y": "stays", "z": "new"}
    with tables.begin("registration", "c.csv", "c") as batch:
        batch.write("companies", companies(("x", "third")), unique=True)
        batch.supersedes("platforms", repeated=0)
    assert batch.info.superseded == 0


def test_relationships_are_keyed_by_ends_first_day_and_post(tables):
    day, other = dt.date(2020, 1, 1), dt.date(2021, 1, 1)
    first = {
        "from_id": ["p"] * 4,
        "to_id": ["x"] * 4,
        "valid_from": [day, day, other, None],
        "post": ["董事", "经理", "董事", "董事"],
    }
    load(tables, "a", "officers", pa.table(first))
    assert tables.arrow("officers").num_rows == 4
    ended = {"from_id": ["p"], "to_id": ["x"], "valid_from": [day], "post": ["董事"], "valid_to": [other]}
    assert load(tables, "b", "officers", pa.table(ended)).superseded == 1
    assert tables.arrow("officers").num_rows == 4
    assert tables.sql("SELECT count(*) AS n FROM officers WHERE valid_to IS NOT NULL").to_pylist() == [{"n": 1}]
    unknown = {"from_id": ["p"], "to_id": ["x"], "post": ["董事"], "valid_to": [other]}
    load(tables, "c", "officers", pa.table(unknown))
    assert tables.arrow("officers").num_rows == 4, "an unknown first day is one key, too"


def test_as_of_shows_what_was_known_and_held(tables):
    days = {name: pa.array([day], pa.date32()) for name, day in {"received": dt.date(2024, 1, 10)}.items()}
    load(tables, "a", "companies", companies(("x", "old"), **days))
    load(tables, "b", "companies", companies(("x", "new"), received=pa.array([dt.date(2024, 3, 1)])))
    interval = {"valid_from": pa.array([dt.date(2024, 2, 1)]), "valid_to": pa.array([dt.date(2024, 4, 1)]), **days}
    load(tables, "c", "companies", companies(("y", "for two months"), **interval))
    assert names(tables, as_of=AsOf.on(dt.date(2024, 1, 9))) == {}
    assert names(tables, as_of=AsOf.on(dt.date(2024, 1, 31))) == {"x": "old"}
    assert names(tables, as_of=AsOf.on(dt.date(2024, 2, 1))) == {"x": "old", "y": "for two months"}
    assert names(tables, as_of=AsOf.on(dt.date(2024, 3, 31))) == {"x": "new", "y": "for two months"}
    assert names(tables, as_of=AsOf.on(dt.date(2024, 4, 1))) == {"x": "new"}
    assert names(tables, as_of=AsOf.on(dt.date(2024, 2, 1), known=dt.date(2024, 4, 1))) == {
        "x": "new",
        "y": "for two months",
    }
    assert names(tables) == {"x": "new", "y": "for two months"}


def test_undo_and_redo(tables):
    load(tables, "a", "companies", companies(("x", "first")))
    before = tables.state()
    load(tables, "b", "companies", companies(("x", "second"), ("y", "new")))
    assert tables.undo(2).undone
    assert (names(tables), tables.state()) == ({"x": "first"}, before)
    assert [info.undone for info in tables.batches()] == [False, True]
    load(tables, "c", "companies", companies(("y", "third")))
    tables.redo(2)
    assert names(tables) == {"x": "second", "y": "third"}, "a later batch still wins"
    assert load_again_after_undo(tables) == 4


def load_again_after_undo(tables):
    tables.undo(3)
    info = load(tables, "c", "companies", companies(("y", "third")))
    with pytest.raises(TablesError, match="loaded again"):
        tables.redo(3)
    return info.id


def test_undo_of_nothing(tables):
    with pytest.raises(NotFound, match="no batch 7"):
        tables.undo(7)


def test_quarantine_of_undone_batches_is_shown_only_on_request(tables):
    with tables.begin("registration", "a.csv", "a") as batch:
        batch.quarantine(pa.table({"line": [1], "reason": ["r"], "original": ["o"]}))
    tables.undo(1)
    assert tables.quarantined().num_rows == 0
    assert tables.quarantined(1).num_rows == 1


ROW = st.tuples(st.sampled_from("abcd"), st.sampled_from(["1", "2", "3"]))


@given(loads=st.lists(st.tuples(st.lists(ROW, max_size=4), st.booleans()), max_size=4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_view_is_what_a_dictionary_would_hold(loads, tmp_path_factory):
    """Oracle: replay the live batches into a dict. `undone` says whether the batch is taken back at the end."""
    with Tables.open(Settings(home=str(tmp_path_factory.mktemp("home")))) as tables:
        expected = {}
        for number, (rows, undone) in enumerate(loads):
            info = load(tables, str(number), "companies", companies(*rows))
            assert info.superseded == len({key for key, _ in rows} & expected.keys())
            if undone:
                tables.undo(info.id)
            else:
                expected.update(rows)
        assert names(tables) == expected
        assert tables.current("companies").count().to_pyarrow().as_py() == len(expected)


SPEAK = {"companies": ("name", "staff", "status_since", "valid_to"), "shareholdings": ("percent", "valid_to")}
DAYS = st.sampled_from([None, dt.date(2020, 1, 1), dt.date(2021, 1, 1)])
VALUES = {
    "name": st.sampled_from([None, "甲", "乙"]),
    "staff": st.sampled_from([None, 1, 2]),
    "percent": st.sampled_from([None, 10.0, 20.0]),
    "status_since": DAYS,
    "valid_to": DAYS,
}


@st.composite
def batches_of(draw, table):
    """Loads of some columns: for each the rows, by key."""
    loads = []
    for _ in range(draw(st.integers(1, 4))):
        columns = draw(st.sets(st.sampled_from(SPEAK[table])))
        row = st.fixed_dictionaries({name: VALUES[name] for name in sorted(columns)})
        loads.append((columns, draw(st.dictionaries(st.sampled_from(["x", "y"]), row, min_size=1))))
    return loads


@pytest.mark.parametrize("table", SPEAK)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_a_batch_is_silent_about_stays(table, data, tmp_path_factory):
    """Oracle: for each column the newest batch that has it, of entities' values the newest that is one."""
    loads, expected = data.draw(batches_of(table)), {}
    schema = table_schema(TABLES[table])
    with Tables.open(Settings(home=str(tmp_path_factory.mktemp("home")))) as tables:
        for number, (columns, rows) in enumerate(loads):
            keys = {"id": list(rows)} if table == "companies" else {"from_id": ["p"] * len(rows), "to_id": list(rows)}
            told = {name: pa.array([row[name] for row in rows.values()], schema.field(name).type) for name in columns}
            load(tables, str(number), table, pa.table({**keys, **told}))
            for key, row in rows.items():
                known = expected.setdefault(key, dict.fromkeys(SPEAK[table]))
                if table == "shareholdings":
                    known["valid_to"] = None  # a relationship always says how long it held
                    known |= row
                else:
                    known |= {
                        name: v for name, v in row.items() if v is not None or name in ("status_since", "valid_to")
                    }
        name = "id" if table == "companies" else "to_id"
        found = {row[name]: {column: row[column] for column in SPEAK[table]} for row in tables.arrow(table).to_pylist()}
    assert found == expected


def test_all_rows_of_a_batch_have_the_columns_of_the_first(tables):
    with tables.begin("a", "b", "c") as batch:
        batch.write("companies", pa.table({"id": ["x"], "name": ["甲"]}))
        batch.write("companies", pa.table({"id": ["y"]}))
        with pytest.raises(TablesError, match="first rows of this batch had no column staff"):
            batch.write("companies", pa.table({"id": ["z"], "staff": [1]}))
    assert names(tables) == {"x": "甲", "y": None}


# -- what goes wrong -----------------------------------------------------------------------------------------


def test_an_error_leaves_nothing(tables, home):
    with pytest.raises(ZeroDivisionError):
        load(tables, "a", "companies", companies(("x", "甲")), fail=lambda: 1 / 0)
    assert (tables.batches(), batch_folders(home)) == ([], [])
    load(tables, "a", "companies", companies(("x", "甲")))


@pytest.mark.parametrize(
    ("table", "data", "message"),
    [
        ("firms", companies(("x", "甲")), "no clean table 'firms'"),
        ("companies", pa.table({"id": ["x"], "colour": ["red"]}), "no column colour"),
        ("companies", companies((None, "甲")), "no id"),
        ("companies", companies(("", "甲")), "no id"),
        ("legal_reps", pa.table({"from_id": ["p"]}), "no to_id"),
    ],
)
def test_rows_that_do_not_fit_are_refused(tables, home, table, data, message):
    with pytest.raises(TablesError, match=message):
        load(tables, "a", table, data)
    assert batch_folders(home) == []


def test_unknown_counts_and_tables(tables):
    with pytest.raises(TypeError, match="red"), tables.begin("registration", "a.csv", "a") as batch:
        batch.counts(red=1)
    with pytest.raises(TablesError, match="no clean table"):
        tables.current("firms")


def test_a_full_disk_leaves_nothing(tables, home):
    """The system's own "no space left": the Parquet file is really written, to a device that is always full."""
    load(tables, "a", "companies", companies(("x", "甲")))
    rows = companies(*((f"c{i}", os.urandom(200).hex()) for i in range(20_000)))
    with pytest.raises(DiskFull, match="loading b"):
        load_onto_full_device(tables, rows)
    assert batch_folders(home) == ["000001"]
    assert names(tables) == {"x": "甲"}


def load_onto_full_device(tables, rows):
    with tables.begin("registration", "b.csv", "b") as batch:
        (batch.folder / "companies.parquet").symlink_to("/dev/full")
        batch.write("companies", rows)


def test_a_full_manifest_leaves_nothing(tables, home, monkeypatch):
    """SQLite reports a full disk by a code of its own; here its file may not grow."""
    connect = sqlite3.connect

    def connect_small(*args, **kwargs):
        connection = connect(*args, **kwargs)
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_small)
    with pytest.raises(DiskFull):
        load(tables, "a" * 100_000, "companies", companies(("x", "甲")))
    monkeypatch.undo()
    assert (tables.batches(), batch_folders(home)) == ([], [])


def test_errors_that_mean_a_full_disk():
    assert is_disk_full(OSError(28, "No space left on device"))
    assert is_disk_full(RuntimeError("IO Error: Could not write file: No space left on device"))
    assert not is_disk_full(OSError(13, "Permission denied"))


def test_a_second_writer_is_told_who_is_first(tables, home):
    with Tables.open(home) as other, tables.begin("registration", "a.csv", "a"):
        with pytest.raises(HomeBusy, match=rf"process {os.getpid()} \(loading a.csv\)"), other.begin("s", "b.csv", "b"):
            pytest.fail("the block must not run")
        with pytest.raises(HomeBusy):
            other.undo(1)
    assert len(tables.batches()) == 1


def test_a_second_thread_is_a_second_writer(tables):
    seen = []

    def second():
        try:
            load(tables, "b")
        except HomeBusy as error:
            seen.append(error)

    with tables.lock("refreshing"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
        load(tables, "a")
    assert len(seen) == 1
    assert [info.file for info in tables.batches()] == ["a.csv"]


def test_a_batch_inside_a_batch_is_refused(tables, home):
    with tables.begin("registration", "a.csv", "a") as outer:
        with pytest.raises(TablesError, match="being written"), tables.begin("registration", "b.csv", "b"):
            pytest.fail("the block must not run")
        outer.write("companies", companies(("x", "甲")))
    assert names(tables) == {"x": "甲"}


def test_leftovers_of_dead_writers_go_at_the_next_begin(tables, home):
    load(tables, "a", "companies", companies(("x", "甲")))
    for name in ("batches/new-dead", "batches/000002", f"spill/{2**31 - 1}-dead", f"spill/{os.getpid()}-alive"):
        (Path(home.home) / "tables" / name).mkdir(parents=True)
    with pytest.raises(ZeroDivisionError), tables.begin("registration", "b.csv", "b"):
        raise ZeroDivisionError
    assert batch_folders(home) == ["000001"]
    assert [path.name for path in (Path(home.home) / "tables" / "spill").iterdir()] == [f"{os.getpid()}-alive"]


# -- keys and state ------------------------------------------------------------------------------------------


def test_secrets_are_made_once_and_private(tables, home):
    key = tables.secret("persons")
    assert len(key) == 32
    assert Tables.open(home).secret("persons") == key != tables.secret("phones")
    path = Path(home.home) / "keys" / "persons.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(file.name for file in path.parent.iterdir()) == ["persons.key", "phones.key"]


def test_secrets_raced_for_are_one(tables):
    keys = []
    threads = [threading.Thread(target=lambda: keys.append(tables.secret("persons"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1


def test_secrets_that_cannot_be(tables, home):
    with pytest.raises(TablesError, match="no name"):
        tables.secret("../persons")
    tables.secret("persons")
    (Path(home.home) / "keys" / "persons.key").write_bytes(b"short")
    with pytest.raises(TablesError, match="5 bytes"):
        tables.secret("persons")


def test_the_state_names_the_content(tables):
    states = [tables.state()]
    for name in ("a", "b"):
        load(tables, name)
        states.append(tables.state())
    tables.undo(2)
    assert tables.state() == states[1]
    assert len(set(states)) == 3


def test_a_new_home_is_private(tmp_path):
    with Tables.open(Settings(home=str(tmp_path / "new"))):
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", TABLES)
def test_every_table_of_the_model_can_be_asked_before_it_has_a_row(tables, name):
    assert tables.sql(f"SELECT * FROM {name}").column_names == table_schema(TABLES[name]).names
    assert tables.arrow(name).schema.types == table_schema(TABLES[name]).types


def test_dropped_rows_are_those_told_and_no_others(tables):
    ids = [f"o_{i:06}" for i in range(300_000)]  # of three row groups
    drop = np.array([0, 131_071, 131_072, 140_000, 299_999])
    with tables.begin("registration", "a.csv", "1") as batch:
        for part in (ids[:100_000], ids[100_000:]):
            batch.write("companies", companies(*((one, "x") for one in part)), unique=True)
        batch.drop("companies", drop)
    assert batch.info.loaded == 299_995
    assert [path.name for path in batch.folder.parent.rglob("*.amended")] == []
    assert tables.arrow("companies", ["id"])["id"].to_pylist() == [
        one for place, one in enumerate(ids) if place not in drop.tolist()
    ]


def adopted(tables, name, table, *files):
    """One batch of several files of a table, each written in a folder of its own."""
    with tables.begin("registration", f"{name}.csv", name) as batch:
        written = []
        for number, rows in enumerate(files):
            folder = batch.folder / f"apart-{number}"
            folder.mkdir()
            elsewhere = Batch(folder, "registration", dt.date(2024, 5, 6))
            elsewhere.write(table, rows)
            elsewhere.close()
            written.append(folder / f"{table}.parquet")
        batch.adopt({table: written}, {table: sum(map(len, files))})
        for file in written:
            file.parent.rmdir()
    return batch.info


def test_files_written_elsewhere_are_one_part(tables):
    load(tables, "before", "companies", companies(("o_1", "old"), ("o_9", "stays")))
    info = adopted(tables, "several", "companies", companies(("o_1", "new"), ("o_2", "b")), companies(("o_3", "c")))
    assert (info.loaded, info.superseded) == (3, 1)
    assert names(tables) == {"o_1": "new", "o_9": "stays", "o_2": "b", "o_3": "c"}
    load(tables, "after", "companies", companies(("o_3", "newer")))
    rows = tables.arrow("companies", ["id", "name"]).sort_by("id").to_pylist()
    assert [(row["id"], row["name"]) for row in rows] == [
        ("o_1", "new"),
        ("o_2", "b"),
        ("o_3", "newer"),
        ("o_9", "stays"),
    ]
    tables.undo(2)
    assert names(tables) == {"o_1": "old", "o_9": "stays", "o_3": "newer"}


def test_files_written_elsewhere_are_read_in_their_order(tables):
    ids = [f"o_{number:02}" for number in range(12)]
    adopted(tables, "several", "companies", *(companies((id_, "x")) for id_ in ids))
    assert tables.arrow("companies")["id"].to_pylist() == ids


def test_a_batch_speaks_of_what_one_of_its_files_has(tables):
    one, two = (pa.table({"id": [id_], "title": ["old"], "line": [1]}) for id_ in ("r_1", "r_2"))
    load(tables, "before", "credit_records", two)
    adopted(tables, "several", "credit_records", one, two.drop_columns("title"))
    found = {row["id"]: row["title"] for row in tables.arrow("credit_records", ["id", "title"]).to_pylist()}
    assert found == {"r_1": "old", "r_2": None}


def test_tables_of_one_state_stay_at_it_and_cannot_be_written(home, tables):
    load(tables, "1", "companies", companies(("o_1", "a")))
    load(tables, "2", "companies", companies(("o_1", "b"), ("o_2", "c")))
    then = tables.content()
    load(tables, "3", "companies", companies(("o_1", "d")))
    with Tables.at(home, then) as elsewhere:
        assert names(elsewhere) == {"o_1": "b", "o_2": "c"}
        assert sorted(elsewhere.arrow("companies", ["name"])["name"].to_pylist()) == ["b", "c"]
        with pytest.raises(TablesError, match="for reading what counted once"):
            load(elsewhere, "4", "companies", companies(("o_1", "e")))
    assert names(tables)["o_1"] == "d"
