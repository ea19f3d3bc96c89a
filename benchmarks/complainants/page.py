"""The page of the evaluation: tables in Markdown and a picture, from the figures of all runs."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

from benchmarks.complainants.attacks import ATTACKS
from benchmarks.complainants.backgrounds import BACKGROUNDS
from benchmarks.complainants.rivals import RIVALS

Row = dict[str, str]
PAGE, PICTURE = "evaluation-complainants.md", "evaluation-complainants.svg"
EMPTY = ("nothing", "no synchrony, density .1")
"""Attacks after which nobody must be flagged."""
WEAK_SPOT = 0.95


def write(rows: list[Row], docs: Path) -> None:
    """Write the page and its picture."""
    seeds = sorted({int(r["seed"]) for r in rows})
    lines = [
        "# Evaluation: groups of complainants",
        "",
        f"Made by `python -m benchmarks.complainants --seeds {seeds[0]}-{seeds[-1]}`; do not edit. {len(rows)} runs: "
        f"{len(ATTACKS)} kinds of attack on {len(BACKGROUNDS)} backgrounds, {len(seeds)} seeds each, with 20 genuine "
        "mass incidents beside every group. Developed with seeds 1-10; the seeds above were looked at once.",
        "",
        *_backgrounds(),
        "## Average precision of the complainants' scores",
        "",
        f"![average precision by attack and background]({PICTURE})",
        "",
        *_matrix(rows, _mean_ap),
        "## F1 of the flagged",
        "",
        *_matrix(rows, _f1),
        "## People flagged wrongly, per run",
        "",
        *_matrix(rows, lambda cell: f"{statistics.fmean(int(r['false']) for r in cell):.1f}"),
        *_calibration(rows),
        *_rivals(rows),
        *_weak_spots(rows),
    ]
    (docs / PAGE).write_text("\n".join(lines), encoding="utf-8")
    (docs / PICTURE).write_text(_picture(rows), encoding="utf-8")


def _backgrounds() -> list[str]:
    texts = [f"* **{name}**: {(make.__doc__ or '').strip()}" for name, make in BACKGROUNDS.items()]
    return ["Backgrounds:", "", *texts, ""]


def _matrix(rows: list[Row], show: Callable[[list[Row]], str]) -> list[str]:
    head = ["| attack | " + " | ".join(BACKGROUNDS) + " |", "|---|" + "---:|" * len(BACKGROUNDS)]
    body = []
    for attack in ATTACKS:
        cells = [_cell(rows, background, attack.name) for background in BACKGROUNDS]
        body.append(f"| {attack.name} | " + " | ".join(show(cell) if cell else "" for cell in cells) + " |")
    return [*head, *body, ""]


def _cell(rows: Iterable[Row], background: str, attack: str) -> list[Row]:
    return [r for r in rows if r["background"] == background and r["attack"] == attack]


def _precisions(rows: Iterable[Row], method: str = "ap") -> list[float]:
    return [float(r[method]) for r in rows if r[method]]


def _mean_ap(cell: list[Row]) -> str:
    """Mean, and the smallest in brackets."""
    found = _precisions(cell)
    return f"{statistics.fmean(found):.3f} ({min(found):.2f})" if found else ""


def _f1(cell: list[Row]) -> str:
    values = [_harmonic(int(r["hit"]), int(r["false"]), int(r["planted"])) for r in cell if int(r["planted"])]
    return f"{statistics.fmean(values):.3f}" if values else ""


def _harmonic(hit: int, false: int, planted: int) -> float:
    return 2 * hit / (hit + false + planted)


def _sum(rows: Iterable[Row], name: str) -> int:
    return sum(int(r[name]) for r in rows)


def _calibration(rows: list[Row]) -> list[str]:
    """Does a stated false-discovery rate of 5 % hold?"""
    lines = [
        "## Does the stated false-discovery rate of 5 % hold?",
        "",
        "Wrong people among the flagged, wrong groups among the strong and moderate, runs with any wrong group where "
        "nothing can be found (nothing planted, or no synchrony), and people of genuine incidents flagged.",
        "",
        "| background | people | groups | empty runs | incident people | CPU-s a run |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for background in BACKGROUNDS:
        mine = [r for r in rows if r["background"] == background]
        empty = [r for r in mine if r["attack"] in EMPTY]
        people = _sum(mine, "false") / max(_sum(mine, "hit") + _sum(mine, "false"), 1)
        groups = _sum(mine, "false_groups") / max(_sum(mine, "groups"), 1)
        runs = sum(int(r["false_groups"]) > 0 for r in empty) / max(len(empty), 1)
        crowd = _sum(mine, "crowd_flagged") / max(_sum(mine, "crowd"), 1)
        seconds = statistics.fmean(float(r["seconds"]) for r in mine) if mine else 0.0
        lines.append(f"| {background} | {people:.2%} | {groups:.1%} | {runs:.0%} | {crowd:.2%} | {seconds:.2f} |")
    quiet = _cell(rows, "ratings", "nothing")
    if quiet:
        liars, others = (statistics.fmean(int(r[name]) for r in quiet) for name in ("liars", "false"))
        lines += [
            "",
            f"On the ratings, with nothing planted, {liars + others:.0f} of 4,814 raters are flagged; {liars:.0f} of "
            "them carry the network's own label *fraudulent* (115 raters do), though no label and no rating was used. "
            "Labelled people count neither way in the figures above.",
        ]
    return [*lines, ""]


def _rivals(rows: list[Row]) -> list[str]:
    """Mean over the attacks that can be found."""
    lines = [
        "## Against what is published",
        "",
        "Mean average precision over all attacks but those that nobody can find; the rivals on the first two seeds.",
        "",
        "| background | creditnet | " + " | ".join(RIVALS) + " |",
        "|---|---:|" + "---:|" * len(RIVALS),
    ]
    for background in BACKGROUNDS:
        mine = [r for r in rows if r["background"] == background and r["attack"] not in EMPTY]
        means = [statistics.fmean(found) for m in ("ap", *RIVALS) if (found := _precisions(mine, m))]
        lines.append(f"| {background} | " + " | ".join(f"{m:.3f}" for m in means) + " |")
    return [*lines, ""]


def _weak_spots(rows: list[Row]) -> list[str]:
    lines = ["## Where it fails", "", f"Mean average precision below {WEAK_SPOT}, the worst first:", ""]
    spots = [
        (statistics.fmean(found), background, attack.name)
        for background in BACKGROUNDS
        for attack in ATTACKS
        if attack.name not in EMPTY and (found := _precisions(_cell(rows, background, attack.name)))
    ]
    return [*lines, *(f"* {ap:.3f}: {attack}, on {b}" for ap, b, attack in sorted(spots) if ap < WEAK_SPOT), ""]


def _picture(rows: list[Row]) -> str:
    """A cell per attack and background, the darker the better."""
    wide, high, left, top = 84, 22, 430, 28
    parts = [
        f'<text x="{left + wide * (i + 0.5)}" y="{top - 10}" text-anchor="middle">{escape(name)}</text>'
        for i, name in enumerate(BACKGROUNDS)
    ]
    for j, attack in enumerate(a for a in ATTACKS if a.accounts):
        y = top + high * j
        parts.append(f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{escape(attack.name)}</text>')
        for i, background in enumerate(BACKGROUNDS):
            found = _precisions(_cell(rows, background, attack.name))
            if found:
                parts.append(_square(left + wide * i, y, wide - 2, high - 2, statistics.fmean(found)))
    width, height = left + wide * len(BACKGROUNDS), top + high * len(ATTACKS)
    style = 'font-family="sans-serif" font-size="12" fill="#1b2430"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {style}>{"".join(parts)}</svg>\n'


def _square(x: float, y: float, wide: float, high: float, value: float) -> str:
    ink = "#ffffff" if value > 0.6 else "#1b2430"
    return (
        f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="#1f4e79" fill-opacity="{max(value, 0.04):.2f}"/>'
        f'<text x="{x + wide / 2}" y="{y + 14}" text-anchor="middle" fill="{ink}">{value:.3f}</text>'
    )
