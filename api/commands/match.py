"""`creditnet match`: two lists of enterprises, no database: which records are one enterprise, and why."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from typer.core import TyperGroup

from api.commands import decisions as of_home
from api.commands.console import err, json_line, out, step
from graph.errors import ConfigError

if TYPE_CHECKING:
    from loaders.matching import Decision, Matches


class _FilesFirst(TyperGroup):
    """`creditnet match LEFT RIGHT` means `creditnet match lists LEFT RIGHT`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own click is not public
        """Put `lists` before what does not begin with a command."""
        if args and args[0] not in (*self.commands, "--help"):
            args = ["lists", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_FilesFirst,
    no_args_is_help=True,
    help="Which records are one enterprise: in two lists (`creditnet match LEFT RIGHT -o OUT`), and what was decided "
    "about the companies and persons of this home.",
)
Columns = Annotated[
    str, typer.Option(help="Headings that are not recognised, e.g. name=Firm,rep=Boss; fields: see docs/matching.md.")
]


@app.command("lists")
def lists(
    left: Annotated[Path, typer.Argument(help="A list of enterprises; its first column is the id.")],
    right: Annotated[Path, typer.Argument(help="Another list; its first column is the id.")],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", "--out", help="A .csv file for the merged pairs, or a folder for everything."),
    ],
    threshold: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Probability from which a pair is merged.", show_default="0.8"),
    ] = None,
    decisions: Annotated[
        list[Path] | None,
        typer.Option(help="A person's verdicts: left, right, verdict, by; they win. Repeatable."),
    ] = None,
    left_columns: Columns = "",
    right_columns: Columns = "",
    as_json: Annotated[bool, typer.Option("--json", help="The counts as one JSON object.")] = False,
) -> None:
    """Find out which records of two lists are the same enterprise, at most one partner each.

    Weighs names, dates, representatives, addresses, capital, scope; renamed enterprises too. A name alone never merges.
    A folder gets matches.csv (left, right, probability, reasons), possible.csv (fill in verdict and by, give it back
    with --decisions), decisions.csv (all, with their evidence), weights.csv and report.html.

    Example: creditnet match ours.xlsx register.csv -o matched
    """
    from loaders.matching.match import THRESHOLD, match_tables
    from loaders.read import read_any

    with step(f"matching {left.name} with {right.name}"):
        found = match_tables(
            read_any(left).table,
            read_any(right).table,
            left_columns=_columns(left_columns),
            right_columns=_columns(right_columns),
            threshold=THRESHOLD if threshold is None else threshold,
            manual=_verdicts(decisions or []),
        )
        _write(found, output)
    counts = {
        "left": len(found.left), "right": len(found.right), "compared": len(found.pairs),
        "match": len(found.of("match")), "possible": len({d.left for d in found.of("possible")}),
        "none": len({d.left for d in found.of("none") if not d.right}),
    }  # fmt: skip
    if as_json:
        json_line(counts)
    else:
        _show(found, counts)


def _columns(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(",") if part]
    if not all(field and heading for field, _, heading in pairs):
        raise ConfigError(f"{text!r} is not a list like name=HEADING,rep=HEADING")
    return {field.strip(): heading.strip() for field, _, heading in pairs}


def _verdicts(files: list[Path]) -> list[Decision]:
    from loaders.matching.files import read_verdicts
    from loaders.read import read_any

    now = dt.datetime.now(dt.UTC)
    return [verdict for file in files for verdict in read_verdicts(read_any(file).table, str(file), at=now)]


def _write(found: Matches, output: Path) -> None:
    from api.commands.match_report import match_report
    from loaders.matching import files
    from queries.screen.report import write_csv, write_text

    if output.suffix.lower() == ".csv":
        output.parent.mkdir(parents=True, exist_ok=True)
        write_csv(output, files.MATCH_COLUMNS, files.match_rows(found))
        return
    output.mkdir(parents=True, exist_ok=True)
    write_csv(output / "matches.csv", files.MATCH_COLUMNS, files.match_rows(found))
    write_csv(output / "possible.csv", files.POSSIBLE_COLUMNS, files.possible_rows(found))
    write_csv(output / "decisions.csv", files.DECISION_COLUMNS, files.decision_rows(found))
    write_csv(output / "weights.csv", files.WEIGHT_COLUMNS, files.weight_rows(found))
    write_text(output / "report.html", match_report(found))
    err.print(f"open {output / 'report.html'}", markup=False)


def _show(found: Matches, counts: dict[str, int]) -> None:
    out.print(f"{counts['left']:,} records against {counts['right']:,}, {counts['compared']:,} pairs compared")
    table = Table()
    table.add_column("records of the left list")
    table.add_column("", justify="right")
    for words, key in (("matched", "match"), ("for a person to look at", "possible"), ("without partner", "none")):
        table.add_row(words, f"{counts[key]:,}")
    out.print(table)
    for rule, number in found.pairs.skipped.items():
        if number:
            err.print(f"  {number:,} values of '{rule}' are too common to compare by", markup=False)


app.command("decisions")(of_home.decisions)
app.command("override")(of_home.override)
app.command("undo")(of_home.undo)
