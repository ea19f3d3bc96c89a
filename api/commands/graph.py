"""What commands that change the tables do afterwards: bring Neo4j up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.commands.console import err, progress, settings, step

if TYPE_CHECKING:
    from graph.tables import Tables


def to_graph(tables: Tables, *, refresh: bool = False) -> None:
    """Publish the tables to Neo4j; with `refresh` run all analyses, too."""
    from graph import open_store
    from loaders.publish import publish_graph

    config = settings()
    with step("graph"), open_store(config) as store, progress() as bars:
        report = publish_graph(tables, store, progress=bars)
        err.print(f"  {report.way}: {report.nodes:,} nodes, {report.relationships:,} relationships", markup=False)
        if refresh:
            from queries.refresh import refresh as run

            run(tables, store, config, progress=bars)
