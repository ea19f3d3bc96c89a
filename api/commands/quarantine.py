"""`creditnet quarantine`: the rows that could not be used, with line, reason and original text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.commands.console import json_line, out, settings


def quarantine(
    batch: Annotated[int | None, typer.Option(help="Only rows of the batch with this id.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write all rows to this CSV file.")] = None,
    limit: Annotated[int, typer.Option(help="Rows to show on screen.")] = 20,
    show_text: Annotated[
        bool, typer.Option("--text", help="Show the original text, which may be personal data.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per row.")] = False,
) -> None:
    """Show quarantined rows. The original text is personal data: shown only when asked for.

    Example: creditnet quarantine -o to-mend.csv
    """
    from graph.tables import Tables

    rows = Tables.open(settings()).quarantined(batch)
    if output:
        from pyarrow import csv

        csv.write_csv(rows, output)
        out.print(f"{rows.num_rows:,} rows written to {output}", markup=False)
        return
    shown = rows if show_text else rows.drop_columns(["original"])
    if as_json:
        for row in shown.to_pylist():
            json_line(row)
        return
    table = Table(*shown.column_names, title=f"{rows.num_rows:,} quarantined rows")
    for row in shown.slice(0, limit).to_pylist():
        table.add_row(*(str(v) for v in row.values()))
    out.print(table)
