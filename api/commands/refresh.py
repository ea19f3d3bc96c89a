"""`creditnet refresh`: run every analysis, write the findings back, publish a snapshot."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.console import AsOfOption, KnownOnOption, as_of_days, json_line, out, progress, settings, step


def refresh(
    graph: Annotated[bool, typer.Option("--graph/--no-graph", help="Write the findings to Neo4j.")] = True,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as a JSON object.")] = False,
) -> None:
    """Run all analyses on the clean tables, write findings and scores to Neo4j, publish a snapshot.

    With --as-of DAY the snapshot is made as of that day and stands beside the current one; Neo4j keeps the findings
    of now. `creditnet score --as-of DAY` and `?as_of=DAY` of the API read it.
    """
    from contextlib import nullcontext

    from graph import open_store
    from graph.tables import Tables
    from queries.refresh import refresh as run

    config = settings()
    day = as_of_days(as_of, known_on)
    graph = graph and not (day and day.is_past)
    tables = Tables.open(config)
    with step("refresh"), progress() as bars, open_store(config) if graph else nullcontext() as store:
        report = run(tables, store, config, as_of=day, progress=bars)
    if as_json:
        json_line(report)
    else:
        out.print(report.text(), markup=False)
