"""Decisions as rows: they survive the tables, the newest holds, a person's can be taken back."""

import datetime as dt

import pytest

from graph.errors import InputError
from graph.settings import Settings
from graph.tables import Tables
from loaders.matching import decision_id, match_tables, override, save, saved, standing, undo
from loaders.matching.decisions import from_table, to_table

NOON = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(days=3)


@pytest.fixture
def yes():
    return override("left:A1", "right:B1", "match", by="核查员甲", at=NOON, reason="现场核实")


def test_an_id_depends_on_the_two_records_only(yes):
    assert yes.id == undo(yes, by="核查员乙", at=LATER).id == decision_id("left:A1", "right:B1")
    assert yes.id != decision_id("right:B1", "left:A1")


def test_every_decision_of_a_run_survives_the_table(small):
    decisions = list(match_tables(small.left, small.right, at=NOON).decisions)
    assert len({d.id for d in decisions}) == len(decisions)
    back = from_table(to_table(decisions))
    assert [(d.left, d.right, d.outcome, d.reason, d.decided_at) for d in back] == [
        (d.left, d.right, d.outcome, d.reason, d.decided_at) for d in decisions
    ]
    assert sum(s.bits for s in back[0].waterfall) == pytest.approx(sum(s.bits for s in decisions[0].waterfall), abs=0.1)


def test_the_newest_row_holds_and_nothing_is_lost(yes, tmp_path):
    with Tables.open(Settings(home=str(tmp_path))) as tables:
        assert saved(tables) == []
        save(tables, [yes], "verdicts of January")
        assert saved(tables) == [yes]
        save(tables, [undo(yes, by="核查员乙", at=LATER)], "verdicts of February")
        (held,) = saved(tables)
        assert (held.stands, held.reversed_by, held.reversed_at) == (False, "核查员乙", LATER)
        assert standing(saved(tables)) == []
        batches = tables.batches()
        assert [b.file for b in batches] == ["verdicts of January", "verdicts of February"]
        tables.undo(batches[-1].id)
        assert standing(saved(tables)) == [yes]


def test_what_a_person_took_back_can_be_decided_again(yes):
    no = override("left:A1", "right:B1", "none", by="核查员丙", at=LATER)
    assert standing([yes, undo(yes, by="核查员乙", at=LATER), no]) == [no]


@pytest.mark.parametrize(("outcome", "by"), [("possible", "核查员甲"), ("match", "")])
def test_a_person_answers_and_signs(outcome, by):
    with pytest.raises(InputError):
        override("left:A1", "right:B1", outcome, by=by, at=NOON)
