"""The scorecard as a page: every feature with its docstring, weight, cap, source, legal basis."""

from __future__ import annotations

import inspect

from graph.scoring.card import DIMENSIONS, Row
from graph.scoring.classes import DIRECT_RULES, LIMITS
from graph.scoring.features import FEATURES
from graph.scoring.scorecard import SCORECARD


def document() -> str:
    """Markdown of the scorecard in force."""
    card, limits = SCORECARD, LIMITS[-1]
    lines = [
        f"# The scorecard {card.version}",
        "",
        f"Every company starts at {card.base:g}; each row adds direction × min(cap, weight × value), in tenths of a "
        "point, so that base and parts sum exactly to the score (0–1000, higher is riskier).",
        f"Classes since {limits.month}: A below {limits.b:g}, B below {limits.c:g}, C below {limits.d:g}, else D.",
        "",
        "Rules that decide a class directly, apart from the points:",
        "",
        *(f"* at least {rule.least}: {rule.title} ({rule.legal_basis})" for rule in DIRECT_RULES),
        "",
    ]
    for key, name in DIMENSIONS.items():
        lines += [f"## {name} ({key}), at most {card.caps[key]:g} points", ""]
        for row in card.rows:
            if row.dimension == key:
                lines += _feature(row)
    return "\n".join(lines) + "\n"


def _feature(row: Row) -> list[str]:
    meaning = inspect.cleandoc(FEATURES[row.feature].__doc__ or "")
    return [
        f"### `{row.feature}` {row.title}",
        "",
        meaning,
        "",
        f"* {'raises' if row.direction > 0 else 'lowers'} the score by {row.weight:g} per unit, at most {row.cap:g}; "
        f"unknown: {row.missing:g}",
        f"* window {row.window} · source {row.source} · basis {row.legal_basis}",
        f"* evidence: {', '.join(row.record_kinds) or 'the fields ' + ', '.join(row.fields)}",
        "",
    ]
