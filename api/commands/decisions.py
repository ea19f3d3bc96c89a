"""`creditnet match decisions | override | undo`: what was decided about the parties of a home, and a person's word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Table

from api.commands.console import err, json_line, out, progress, settings, step
from graph.errors import InputError

if TYPE_CHECKING:
    from graph.tables import Tables
    from loaders.matching.decisions import Decision, Outcome
    from loaders.matching.listing import Listed

By = Annotated[str, typer.Option(help="Who decides: a name or an account.", show_default=False)]
Graph = Annotated[bool, typer.Option("--graph/--no-graph", help="Also bring Neo4j up to date.")]


def decisions(
    number: Annotated[str, typer.Argument(help="One decision, m_…: its evidence and history.")] = "",
    unsure: Annotated[bool, typer.Option("--unsure", help="Only those that wait for a person.")] = False,
    kind: Annotated[Literal["", "auto", "manual"], typer.Option(help="Only the program's or only persons'.")] = "",
    party: Annotated[str, typer.Option(help="Only those about this company or person, under any of its ids.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write a .csv to fill in and give to `match override --file`.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per decision.")] = False,
) -> None:
    """List which records were taken for one company or person, by whom, when and why; or one with its waterfall.

    Examples: creditnet match decisions --unsure -o possible.csv · creditnet match decisions m_0123456789ab
    """
    from graph.tables import Tables
    from loaders.matching.listing import Wanted, listed
    from loaders.matching.ruling import history

    with Tables.open(settings()) as tables:
        if number:
            _show_one(history(tables, number), number, as_json)
            return
        found, total = listed(tables, Wanted(unsure, kind, party), limit)
    if output:
        _write(found, output)
    elif as_json:
        for row in found:
            json_line(_as_object(row))
    else:
        out.print(_table(found))
    if total > len(found):
        err.print(f"{total:,} decisions, the first {len(found):,} are shown; --limit shows more", markup=False)


def override(
    left: Annotated[str, typer.Argument(help="Id of a company or person.")] = "",
    right: Annotated[str, typer.Argument(help="Id of the other.")] = "",
    verdict: Annotated[Literal["", "one", "apart"], typer.Option(help="One party, or kept apart.")] = "",
    by: By = "",
    reason: Annotated[str, typer.Option(help="Why; kept with the decision.")] = "",
    file: Annotated[
        Path | None, typer.Option(help="Verdicts of many pairs: left, right, verdict, by, as --unsure -o writes them.")
    ] = None,
    graph: Graph = True,
) -> None:
    """Decide that two ids are one company or person, or are not. Your word stands above the program's.

    All facts follow at once, whenever they were loaded; undo takes it back.

    Examples: creditnet match override o_441900012345678 91441900MA000004XT --verdict one --by 陈 ·
    creditnet match override --file possible.csv
    """
    from graph.tables import Tables
    from loaders.matching.ruling import rule

    now = dt.datetime.now(dt.UTC)
    verdicts = _verdicts(file, now) if file else {by: [(left, right, _outcome(left, right, verdict))]}
    with Tables.open(settings()) as tables, tables.lock("deciding who is who"):
        for name, pairs in verdicts.items():
            for decision in rule(tables, pairs, by=name, reason=reason, at=now):
                out.print(f"{decision.id}: {decision.left} {_SIGN[decision.outcome]} {decision.right}", markup=False)
        if graph:
            _publish(tables)


def undo(
    number: Annotated[str, typer.Argument(help="The decision, m_…")],
    by: By,
    graph: Graph = True,
) -> None:
    """Take a decision back: behind a person's the program's own stands again, the program's is not made again.

    Example: creditnet match undo m_0123456789ab --by 陈
    """
    from graph.tables import Tables
    from loaders.matching.ruling import take_back

    with Tables.open(settings()) as tables, tables.lock("taking a decision back"):
        holds = take_back(tables, number, by=by, at=dt.datetime.now(dt.UTC))
        said = f"decided by {holds.decided_by}: {holds.outcome}" if holds.stands else "nothing is decided"
        out.print(f"{number}: {holds.left}, {holds.right}: {said}", markup=False)
        if graph:
            _publish(tables)


_SIGN = {"match": "=", "none": "≠", "possible": "?"}


def _outcome(left: str, right: str, verdict: str) -> Outcome:
    if not (left and right and verdict):
        raise InputError("name both ids and --verdict one or apart, or give a --file of verdicts")
    return "match" if verdict == "one" else "none"


def _verdicts(file: Path, now: dt.datetime) -> dict[str, list[tuple[str, str, Outcome]]]:
    """Pairs by who decided them."""
    from loaders.matching.files import read_verdicts
    from loaders.read import read_any

    found: dict[str, list[tuple[str, str, Outcome]]] = {}
    for decision in read_verdicts(read_any(file).table, str(file), at=now, sources=None):
        found.setdefault(decision.decided_by, []).append((decision.left, decision.right, decision.outcome))
    return found


def _publish(tables: Tables) -> None:
    from graph import open_store
    from loaders.publish import publish_graph

    with step("graph"), open_store(settings()) as store, progress() as bars:
        report = publish_graph(tables, store, progress=bars)
    err.print(
        f"  {report.nodes:,} nodes and {report.relationships:,} relationships written, {report.deleted:,} deleted; "
        "`creditnet refresh` brings findings and scores up to date",
        markup=False,
    )


def _write(found: Sequence[Listed], path: Path) -> None:
    from loaders.matching.files import POSSIBLE_COLUMNS, reasons
    from queries.screen.report import write_csv

    rows = (
        (d.left, d.right, "", "", row.left_name, row.right_name, d.probability, d.score, d.reason, reasons(d))
        for row in found
        for d in (row.decision,)
    )
    write_csv(path, POSSIBLE_COLUMNS, rows)


def _as_object(row: Listed) -> dict[str, object]:
    d = row.decision
    return {
        "id": d.id, "left": d.left, "left_name": row.left_name, "right": d.right, "right_name": row.right_name,
        "outcome": d.outcome, "kind": d.kind, "score": d.score, "probability": d.probability, "reason": d.reason,
        "decided_by": d.decided_by, "decided_at": d.decided_at, "stands": d.stands,
        "reversed_by": d.reversed_by, "reversed_at": d.reversed_at,
        "waterfall": [[step.compared, step.says, step.bits] for step in d.waterfall],
    }  # fmt: skip


def _table(found: Sequence[Listed]) -> Table:
    table = Table("id", "left", "", "right", "probability", "why", "by", "on")
    for row in found:
        d = row.decision
        sides = (f"{id_}\n{name}".strip() for id_, name in ((d.left, row.left_name), (d.right, row.right_name)))
        left, right = sides
        sign = _SIGN[d.outcome] if d.stands else f"({_SIGN[d.outcome]})"
        table.add_row(
            d.id, left, sign, right, f"{d.probability:.3f}", d.reason, d.decided_by, f"{d.decided_at:%Y-%m-%d}"
        )
    return table


def _show_one(rows: Sequence[Decision], number: str, as_json: bool) -> None:
    from graph.errors import NotFound
    from loaders.matching.listing import Listed

    if not rows:
        raise NotFound(f"there is no decision {number}; `creditnet match decisions` lists them")
    if as_json:
        for row in rows:
            json_line(_as_object(Listed(row, "", "")))
        return
    newest = rows[-1]
    out.print(f"{newest.left} {_SIGN[newest.outcome]} {newest.right}: {newest.reason}", markup=False)
    if newest.waterfall:
        out.print(_waterfall(newest))
    for row in rows:
        back = f", taken back by {row.reversed_by} on {row.reversed_at:%Y-%m-%d}" if row.reversed_at else ""
        out.print(f"{row.decided_at:%Y-%m-%d %H:%M} {row.decided_by}: {row.outcome}{back}", markup=False)


def _waterfall(decision: Decision) -> Table:
    table = Table("compared", "says", "bits")
    for bar in decision.waterfall:
        table.add_row(bar.compared, bar.says, f"{bar.bits:+.2f}")
    table.add_row("", "together", f"{decision.score:+.2f}")
    return table
