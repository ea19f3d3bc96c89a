"""The figures as a Markdown page and as a table on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from queries.evaluate.scores import TruthScore

HEADINGS = ("planted", "slice", "number", "found", "recall", "precision", "AP", "AUC", "wrong", "counted")
"""Columns of both forms; AP is average precision, wrong the share of what must not be found."""


def markdown(figures: Sequence[TruthScore]) -> str:
    """Write the figures as a Markdown table."""
    lines = ["| " + " | ".join(HEADINGS) + " |", "|---|---|" + "---:|" * 7 + "---|"]
    lines += ["| " + " | ".join(_cells(figure)) + " |" for figure in figures]
    return "\n".join(lines) + "\n"


def render(figures: Sequence[TruthScore]) -> Table:
    """Write the figures as a table for the terminal."""
    table = Table(title="Findings against planted truth")
    for place, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="right" if 2 <= place < 9 else "left")
    for figure in figures:
        table.add_row(*_cells(figure))
    return table


def _cells(figure: TruthScore) -> tuple[str, ...]:
    shares = (figure.recall, figure.precision, figure.average_precision, figure.auc, figure.wrong_share)
    numbers = (f"{figure.planted:,}", f"{figure.found:,}", *map(_share, shares))
    return (figure.kind, figure.slice, *numbers, figure.note)


def _share(value: float | None) -> str:
    """Two decimals; three where rounding would claim perfection or nothing."""
    if value is None:
        return ""
    return f"{value:.2f}" if value in (0.0, 1.0) or 0.005 <= value < 0.995 else f"{value:.3f}"
