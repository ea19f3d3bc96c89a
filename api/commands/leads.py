"""`creditnet leads`: what to look at next, and what was decided."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.console import err, json_line, out, settings

if TYPE_CHECKING:
    from queries.leads.handling import Handling
    from queries.leads.worklist import Worklist
    from queries.results import Lead

app = typer.Typer(
    no_args_is_help=True,
    help="Leads: list them, show one, decide.\n\n"
    "A lead is new, then assigned, then confirmed or dismissed for a reason; a dismissed one comes back only with "
    "new evidence, one that the data no longer support expires.",
)
Json = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]
Note = Annotated[str, typer.Option(help="In words, for colleagues.")]


@app.command("list")
def list_(
    kind: Annotated[str | None, typer.Option(help="Only this kind, e.g. complainant_group.")] = None,
    state: Annotated[
        str | None, typer.Option(help="new, assigned, confirmed, dismissed or expired; without: the first three.")
    ] = None,
    assignee: Annotated[str | None, typer.Option(help="Only what this person is to look at.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most leads to list.")] = 20,
    as_json: Json = False,
) -> None:
    """List leads, first to look at first."""
    found = _worklist().page(kind=kind, state=state, assignee=assignee, limit=limit)
    if as_json:
        for lead in found:
            json_line(asdict(lead))
        return
    table = Table("rank", "id", "kind", "state", "sure", "lead", "about")
    for lead in found:
        sure = "" if lead.confidence is None else f"{lead.confidence:.0%}"
        table.add_row(str(lead.rank), lead.id, lead.kind, _state(lead), sure, lead.title, lead.summary)
    out.print(table)


@app.command()
def show(lead_id: str, as_json: Json = False) -> None:
    """Show one lead with its evidence, and what was done with it."""
    lead, history = _lead(lead_id), _handling().history(lead_id)
    if as_json:
        json_line({**asdict(lead), "history": [asdict(step) for step in history]})
        return
    lines = [f"{lead.title}  [{_state(lead)}]", f"  {lead.summary}"]
    for item in lead.evidence:
        lines.append(f"  · {item.text}" + (f"（{item.legal_basis}）" if item.legal_basis else ""))
        lines += [f"      records: {', '.join(item.records[:10])}"] if item.records else []
        lines += [f"      what would lower it: {item.lowers}"] if item.lowers else []
    lines += [
        f"  {s.at:%F %R} {s.by}: {' '.join(filter(None, (s.action, s.assignee, s.reason, s.note)))}" for s in history
    ]
    out.print("\n".join(lines), markup=False, soft_wrap=True)


@app.command()
def assign(lead_id: str, to: Annotated[str, typer.Option(help="Who is to look at it.")], note: Note = "") -> None:
    """Give a lead to somebody."""
    _decide(lead_id, "assign", assignee=to, note=note)


@app.command()
def confirm(lead_id: str, note: Note = "") -> None:
    """Say that a lead was right."""
    _decide(lead_id, "confirm", note=note)


@app.command()
def dismiss(
    lead_id: str,
    reason: Annotated[
        str, typer.Option(help="explained, wrong_party, no_violation, too_weak, duplicate or other (with a note).")
    ],
    note: Note = "",
) -> None:
    """Set a lead aside. It comes back only with evidence that it does not hold today."""
    _decide(lead_id, "dismiss", reason=reason, note=note)


@app.command()
def reopen(lead_id: str, note: Note = "") -> None:
    """Take a decision back: the lead is new again."""
    _decide(lead_id, "reopen", note=note)


@app.command("note")
def note_(lead_id: str, text: str) -> None:
    """Leave a note beside a lead; its state stays."""
    _decide(lead_id, "note", note=text)


@app.command()
def calibration(as_json: Json = False) -> None:
    """Compare the confidence that leads stated with the share that was confirmed."""
    from queries.leads.calibration import calibration as compared

    rows = compared(_handling().standings().values())
    if as_json:
        for row in rows:
            json_line(asdict(row))
        return
    table = Table("kind", "stated from", "stated", "confirmed", "dismissed", "share confirmed", "90 % interval", "")
    for r in rows:
        verdict = "too sure" if r.stated > r.high else "too modest" if r.stated < r.low else ""
        interval = f"{r.low:.0%} – {r.high:.0%}"
        counts = (str(r.confirmed), str(r.dismissed), f"{r.share:.0%}", interval, verdict)
        table.add_row(r.kind, f"{r.band:.0%}", f"{r.stated:.0%}", *counts)
    out.print(table if rows else "no lead is decided yet: creditnet leads confirm ID, or dismiss ID --reason …")


def _decide(lead_id: str, action: str, *, assignee: str | None = None, reason: str | None = None, note: str) -> None:
    lead = _lead(lead_id)
    _handling().record(lead, action, by=getpass.getuser(), assignee=assignee, reason=reason, note=note)
    err.print(f"{lead_id}: {_state(_lead(lead_id))}; Neo4j shows it after the next refresh", markup=False)


def _handling() -> Handling:
    from queries.leads.handling import Handling

    return Handling(settings().home_path)


def _worklist() -> Worklist:
    from queries.leads.worklist import worklist
    from queries.snapshot import Snapshot

    return worklist(Snapshot.open(settings()), _handling())


def _lead(lead_id: str) -> Lead:
    from queries.snapshot import Snapshot, snapshot_ids

    chosen = settings()
    return _worklist().lead(lead_id, lambda: [Snapshot.open(chosen, name) for name in reversed(snapshot_ids(chosen))])


def _state(lead: Lead) -> str:
    extra = lead.assignee if lead.state == "assigned" else lead.reason if lead.state == "dismissed" else ""
    back = f"back with {lead.returned} new" if lead.returned else ""
    return " · ".join(filter(None, (lead.state, extra, back)))
