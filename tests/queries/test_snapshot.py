"""The snapshot: look-ups by key, order of lists, and a publication that is all or nothing."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from graph.errors import NotFound, SnapshotError
from graph.settings import Settings
from queries.results import Lead
from queries.snapshot import Meta, Snapshot, publish, snapshot_ids
from queries.snapshot.files import Feature, write_bodies, write_meta, write_table

FEATURES = (
    Feature("severe_list", "supervision", "严重违法失信名单", "在列", "市场监管局", "令 44 号", ("severe_list",)),
    Feature("age", "basic", "经营年限", "已成立 {value:.0f} 年", "登记注册", "登记管理条例"),
)


def lead(number: int, kind: str) -> Lead:
    return Lead(f"l_{number}", kind, f"线索 {number}", "", number, "new", 0.9, (f"p{number}",), ())


def write(settings: Settings, name: str, score: float = 580.0) -> None:
    with publish(settings, name) as folder:
        rows = {
            "party": ["b", "a"],
            "score": [score, 300.0],
            "risk_class": ["C", "A"],
            "direct_rule": [None, None],
            "peer_group": ["全市", None],
            "peers": [40, 0],
            "peer_percentile": [97.0, None],
            "peer_histogram": [[1, 2], []],
            "first": [0, 2],
            "items": [2, 0],
        }
        write_table(folder, "scores", pa.table(rows))
        parts = {"row": [0, 1], "feature": [0, 1], "tenths": [3000, -200], "value": [1.0, 10.0]}
        write_table(folder, "contributions", pa.table(parts))
        found = {"company": ["b"], "kind": ["severe_list"], "id": ["r_1"], "decided": [date(2026, 1, 2)]}
        write_table(folder, "records", pa.table(found))
        write_table(folder, "paths", pa.table({"company": ["z"], "feature": ["severe_list"], "texts": [["x"]]}))
        leads = [lead(2, "abnormal_merchant"), lead(1, "linked_parties"), lead(3, "abnormal_merchant")]
        write_bodies(folder, "leads", leads, {"kind": [x.kind for x in leads]})
        write_table(folder, "party_leads", pa.table({"party": ["p1"], "leads": [["l_1"]]}))
        write_meta(
            folder, Meta(name, date(2026, 6, 30), "s", "1.0", "2026", (400.0, 600.0, 800.0), score - 280.0, FEATURES)
        )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=str(tmp_path))


def test_a_score_comes_back_with_its_parts_and_versions(settings: Settings) -> None:
    write(settings, "one")
    score = Snapshot.open(settings).score("b")
    assert score is not None
    assert score.base + sum(c.points for c in score.contributions) == score.score
    assert [c.feature for c in score.contributions] == ["severe_list", "age"]
    assert score.contributions[0].records == ("r_1",)
    assert score.contributions[1].explanation == "已成立 10 年"
    assert (score.snapshot, score.data_date, score.peers) == ("one", date(2026, 6, 30), 40)


def test_records_come_newest_first_and_the_undated_last(settings: Settings) -> None:
    write(settings, "one")
    days = {"r_1": date(2026, 1, 2), "r_2": None, "r_3": date(2026, 3, 1), "r_0": date(2026, 1, 2)}
    rows = {"company": ["b"] * 4, "kind": ["severe_list"] * 4, "id": list(days), "decided": list(days.values())}
    write_table(Snapshot.open(settings).folder, "records", pa.table(rows))
    score = Snapshot.open(settings).score("b")
    assert score is not None
    assert score.contributions[0].records == ("r_3", "r_0", "r_1", "r_2")
    assert score.contributions[0].last_date == date(2026, 3, 1)


def test_a_column_kept_encoded_is_handed_out_plain(settings: Settings) -> None:
    write(settings, "one")
    texts = pa.array(["x", "y", "x"]).dictionary_encode()
    chains = pa.ListArray.from_arrays([0, 1, 3], texts)
    rows = {"company": pa.array(["b", "z"]).dictionary_encode(), "feature": ["age", "age"], "texts": chains}
    write_table(Snapshot.open(settings).folder, "paths", pa.table(rows))
    snapshot = Snapshot.open(settings)
    assert snapshot.table("paths").schema.types == [pa.string(), pa.string(), pa.list_(pa.string())]
    assert snapshot.table("paths")["texts"].to_pylist() == [["x"], ["y", "x"]]
    score = snapshot.score("b")
    assert score is not None
    assert score.contributions[1].path == ("x",)


@pytest.mark.parametrize("party", ["", "aa", "c", "B"])
def test_an_unknown_party_has_no_score(settings: Settings, party: str) -> None:
    write(settings, "one")
    assert Snapshot.open(settings).score(party) is None


def test_leads_keep_the_order_they_were_ranked_in(settings: Settings) -> None:
    write(settings, "one")
    snapshot = Snapshot.open(settings)
    assert [x.id for x in snapshot.leads()] == ["l_2", "l_1", "l_3"]
    assert [x.id for x in snapshot.leads(kind="abnormal_merchant", offset=1)] == ["l_3"]
    assert snapshot.lead("l_1").kind == "linked_parties"
    assert snapshot.party_leads("p1") == ("l_1",)
    with pytest.raises(NotFound, match="l_9"):
        snapshot.lead("l_9")


def test_nothing_refreshed_yet_says_what_to_run(settings: Settings) -> None:
    with pytest.raises(SnapshotError, match="creditnet refresh"):
        Snapshot.open(settings)


def test_a_refresh_that_fails_leaves_the_old_snapshot(settings: Settings) -> None:
    write(settings, "one")
    half = RuntimeError("the disk is on fire")

    def fail_half_way() -> None:
        with publish(settings, "two") as folder:
            (folder / "half").write_text("written")
            raise half

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert Snapshot.open(settings).id == "one"
    assert snapshot_ids(settings) == ["one"]


def test_a_reader_keeps_its_snapshot_while_a_new_one_is_published(settings: Settings) -> None:
    write(settings, "one", 580.0)
    old = Snapshot.open(settings)
    write(settings, "two", 640.0)
    before, after = old.score("b"), Snapshot.open(settings).score("b")
    assert before is not None
    assert after is not None
    assert (before.score, after.score) == (580.0, 640.0)
    assert Snapshot.open(settings, "one").id == "one"
