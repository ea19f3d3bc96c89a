"""A file that is read in pieces gives what it gives when it is read whole; one that is interrupted gives nothing."""

import gzip
import secrets

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loaders_graph import A, B

import loaders.job
import loaders.load
from graph.settings import Settings
from graph.tables import Tables
from graph.tables.duck import connect
from loaders.columns import repeats
from loaders.distinct import Distinct
from loaders.load import load_files
from loaders.rows import WHOLE
from loaders.synthetic import generate

HEADER = "工单编号,类型,渠道代码,登记日期,投诉人姓名,联系电话,平台代码,店铺编号,被投诉方统一社会信用代码,投诉内容\n"
TEXT = "本人购买的商品标签不符合规定要求退一赔十"


def together(pieces):
    """Rows, lines and records set aside of all pieces."""
    rows = [row for piece in pieces for row in piece.table.to_pylist()]
    rejected = [row for piece in pieces for row in piece.rejected.to_pylist()]
    return rows, [line for piece in pieces for line in piece.lines.to_pylist()], rejected


def pieces_of(path, size):
    found = list(loaders.load.read_pieces(path, size))
    assert [piece.last for piece in found] == [False] * (len(found) - 1) + [True]
    return found


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr("loaders.delimited._BLOCK", 256)
    monkeypatch.setattr("loaders.delimited._LONGEST", 4_096)


record = st.sampled_from(["1,2", "1,2", "3", "4,5,6", '"a\nb",c', "x" * 200 + ",y"])


@given(records=st.lists(record, max_size=30), size=st.integers(1, 400))
def test_pieces_are_the_whole(records, size, tmp_path_factory):
    path = tmp_path_factory.mktemp("pieces") / "a.csv"
    path.write_text("a,b\n" + "".join(f"{line}\n" for line in records))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("loaders.delimited._BLOCK", 64)  # of which each long record makes the reader begin anew
        patch.setattr("loaders.delimited._LONGEST", 4_096)
        assert together(pieces_of(path, size)) == together(pieces_of(path, None))


def test_pieces_of_a_compressed_file(tmp_path, small_blocks):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(
        gzip.compress("编号,b\n".encode("gb18030") + "".join(f"甲{i},x\n" for i in range(99)).encode("gb18030"))
    )
    found = pieces_of(path, 100)
    assert len(found) > 3
    assert together(found)[0] == [{"编号": f"甲{i}", "b": "x"} for i in range(99)]
    assert {piece.expected for piece in found} == {100}


def test_pieces_of_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": range(140_000), "b": [None, "x"] * 70_000}), path)
    found = pieces_of(path, 1)
    assert len(found) == 3
    assert together(found) == together(pieces_of(path, None))
    assert together(found)[1] == list(range(1, 140_001))


def test_a_text_is_checked_once_in_all_pieces():
    checked = []

    def check(values):
        checked.extend(values.to_pylist())
        return {"": values, "length": pa.compute.utf8_length(values)}

    seen = Distinct()
    for texts in (["a", "bb", "a"], [], ["bb", "ccc"], ["a"]):
        column = seen.encoded(pa.chunked_array([texts], pa.string()), 6)
        assert column.spread(len(texts)).to_pylist() == texts
        found = seen.checked("field", column, check)["length"]
        assert found.spread(len(texts)).to_pylist() == [len(text) for text in texts]
    assert checked == ["a", "bb", "ccc"]


def test_a_piece_carries_no_values_of_the_pieces_before():
    """Else all that is made of them is made anew with every piece, and a long file costs the square of its length."""
    seen = Distinct()
    for start in range(0, 900, 100):
        texts = [f"{number:03}" for number in range(start, start + 100)] * 2
        column = seen.encoded(pa.chunked_array([texts], pa.string()), 1_800)
        found = seen.checked("field", column, lambda values: {"": values})[""]
        assert found.spread(200).to_pylist() == texts
        assert len(found.values) <= 200


@pytest.mark.parametrize("order", ["sorted", "shuffled"])
def test_repeats_are_seen_wherever_they_stand(order):
    values = np.repeat(np.arange(50_000), 9)
    if order == "shuffled":
        np.random.default_rng(5).shuffle(values)
    texts = pa.array(values).cast(pa.string())
    assert repeats(texts, len(texts))
    assert not repeats(pa.array(np.arange(len(texts))).cast(pa.string()), len(texts))


def content(tables):
    """Rows and checksum of every table and of the quarantine, and what the manifest says, without the time."""
    rows = {}
    with connect() as database:
        for path in tables._batches.rglob("*.parquet"):
            timeless = f"SELECT COLUMNS(lambda name: name <> 'decided_at') FROM read_parquet('{path}')"
            query = f"SELECT count(*), sum(hash(t)) FROM ({timeless}) t"
            rows[path.relative_to(tables._batches)] = database.execute(query).fetchall()
    said = [(b.source, b.read, b.loaded, b.quarantined, b.superseded) for b in tables.batches()]
    return rows, said, tables._manifest.parts()


@pytest.fixture
def homes(tmp_path):
    """Makes homes that share one key, so that what they hold can be compared."""
    key = secrets.token_bytes(32)

    def home(name):
        folder = tmp_path / name / "keys"
        folder.mkdir(parents=True)
        (folder / "ids.key").write_bytes(key)
        return Tables.open(Settings(home=str(tmp_path / name)))

    return home


@pytest.fixture
def in_pieces(monkeypatch, small_blocks):
    monkeypatch.setattr("loaders.load.PIECE", 100)


def test_a_key_in_two_pieces(homes, csv_file, monkeypatch, small_blocks):
    tickets = [
        (1, TEXT),
        (2, "不发货"),
        (3, f"{TEXT}等"),
        (4, "这是一段谁也没有写过第二次的投诉内容"),
        (1, f"{TEXT}。"),
    ]
    rows = [f"{n},投诉,12315,2024-01-0{i},周试六,13800001111,,,{A},{t}" for i, (n, t) in enumerate(tickets, 1)]
    file = csv_file("complaints.csv", HEADER + "\n".join([*rows, f"5,投诉,12315,2024-02-31,,,,,{B},x", ""]))
    found = []
    for size in (1 << 20, 100):
        monkeypatch.setattr("loaders.load.PIECE", size)
        with homes(f"home{size}") as tables:
            report = load_files(tables, [file])[0]
            assert (report.read, report.loaded, report.superseded, report.reasons) == (6, 5, 1, {"bad_filed": 1})
            tickets = {row["line"]: row["template_hash"] for row in tables.arrow("complaints").to_pylist()}
            assert set(tickets) == {2, 3, 4, 5}
            assert [line for line, template in tickets.items() if template is None] == [2]  # too short to say anything
            assert tickets[5] != tickets[4]
            found.append(content(tables))
    assert found[0] == found[1]


def test_a_city_in_pieces_is_the_city(homes, tmp_path, monkeypatch):
    generate(tmp_path, companies=500, seed=3)
    files = sorted((tmp_path / "files").glob("*.csv"))
    found, pieces = [], []
    facts = loaders.job.Job.facts

    def counted(job, raw):
        pieces.append(job.source)
        return facts(job, raw)

    monkeypatch.setattr("loaders.job.Job.facts", counted)
    monkeypatch.setattr("loaders.delimited._BLOCK", 1 << 16)
    for size in (1 << 28, 1 << 17):
        pieces.clear()
        monkeypatch.setattr("loaders.load.PIECE", size)
        with homes(f"city{size}") as tables:
            load_files(tables, files)
            found.append(content(tables))
    assert found[0] == found[1]
    assert {name: pieces.count(name) > 1 for name in ("complaints", "inspections", "registration")} == {
        "complaints": True, "inspections": True, "registration": "registration" not in WHOLE,
    }  # fmt: skip


def test_an_interrupted_load_leaves_nothing_and_can_be_repeated(homes, csv_file, in_pieces):
    rows = "".join(f"{n},投诉,12315,2024-01-01,周试六,13800001111,,,{A},不发货\n" for n in range(50))
    file = csv_file("complaints.csv", HEADER + rows)
    told = []

    def stop(what, done, total):
        told.append((what, done, total))
        if done > 20:
            raise KeyboardInterrupt

    with homes("home") as tables:
        with pytest.raises(KeyboardInterrupt):
            load_files(tables, [file], progress=stop)
        assert tables.batches() == []
        assert list(tables._batches.iterdir()) == []
        assert load_files(tables, [file])[0].loaded == 50
    assert {total for _, _, total in told} == {51}
    assert [done for _, done, _ in told] == sorted({done for _, done, _ in told})
