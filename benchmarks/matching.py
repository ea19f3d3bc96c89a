"""`creditnet match` on two real lists with known pairs: recall, precision, cost; and what simple rules would reach.

Run ``python benchmarks/matching.py --half dev`` while developing; ``--half report`` gives the figures to quote. A
record belongs to the half that the first byte of the BLAKE2b hash of its id says: even = dev, odd = report. Matching
always sees both lists whole; only the counting is by half. The truth is read here and nowhere else. Prints counts,
no rows.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from loaders.matching import Matches, match_tables
from loaders.matching.match import THRESHOLD
from loaders.matching.records import Records
from loaders.read import read_any

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "matching"
RECALL_BAR, PRECISION_BAR, CPU_BAR = 0.99, 0.995, 60.0
"""What the product promises, and CPU-seconds for reading, matching and deciding."""


def half_of(record: str) -> str:
    """The half a left record belongs to."""
    return ("dev", "report")[hashlib.blake2b(record.encode(), digest_size=8).digest()[0] % 2]


def cpu_seconds() -> float:
    """CPU time of this process so far, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def baseline(found: Matches, *fields: str) -> dict[str, str]:
    """Pairs that agree in the given fields, where these name one record on each side."""
    left, right = (keyed(side, fields) for side in (found.left, found.right))
    return {left[key]: right[key] for key in left.keys() & right.keys()}


def keyed(side: Records, fields: tuple[str, ...]) -> dict[str, str]:
    """The id of each record by the values of its fields, where no value is missing and no other record has them."""
    rows: dict[str, list[str]] = {}
    for id_, *values in zip(side.ids.to_pylist(), *(texts(side.column(f)) for f in fields), strict=True):
        if all(values):
            rows.setdefault("|".join(values), []).append(id_)
    return {key: ids[0] for key, ids in rows.items() if len(ids) == 1}


def texts(column: pa.Array) -> list[str]:
    """A column as text, missing values empty."""
    return [value or "" for value in column.cast(pa.string()).to_pylist()]


def merged(found: Matches) -> dict[str, str]:
    """The pairs that matching merges."""
    return {d.left.partition(":")[2]: d.right.partition(":")[2] for d in found.of("match")}


def show(name: str, pairs: dict[str, str], truth: dict[str, str], counts: Callable[[str], bool]) -> tuple[float, float]:
    """Print recall and precision over the left records that count."""
    pairs = {left: right for left, right in pairs.items() if counts(left)}
    truth = {left: right for left, right in truth.items() if counts(left)}
    right = sum(truth.get(left) == partner for left, partner in pairs.items())
    recall, precision = right / len(truth), right / max(len(pairs), 1)
    alone = sum(left not in truth for left in pairs)
    print(
        f"{name:<34} recall {recall:.4f}  precision {precision:.4f}  ({right} of {len(truth)} found, "
        f"{len(pairs) - right} wrong, {alone} of them for records without partner)"
    )
    return recall, precision


def main() -> None:
    """Match, count, compare with the bars."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("dev", "report"), default="dev")
    half: str = parser.parse_args().half
    before = cpu_seconds()
    tables = [read_any(FOLDER / name).table for name in ("listed_side.csv", "registry_side.csv.xz")]
    found = match_tables(*tables)
    spent = cpu_seconds() - before
    known = read_any(FOLDER / "truth.csv").table
    truth = dict(zip(known["a_id"].to_pylist(), known["b_id"].to_pylist(), strict=True))

    def counts(left: str) -> bool:
        return half_of(left) == half

    by_name, by_date = baseline(found, "name"), baseline(found, "established", "rep")
    show("same name", by_name, truth, counts)
    show("same date and representative", by_date, truth, counts)
    show("either", {**by_date, **by_name}, truth, counts)
    renamed = {left: right for left, right in truth.items() if by_name.get(left) != right}
    recall, precision = show(f"creditnet match, threshold {THRESHOLD}", merged(found), truth, counts)
    show("  renamed enterprises only", {k: v for k, v in merged(found).items() if k in renamed}, renamed, counts)
    asked = {d.left for d in found.of("possible") if counts(d.left.partition(":")[2])}
    print(f"put before a person                {len(asked)} records")
    print(f"pairs compared                     {len(found.pairs):,} of {len(found.left) * len(found.right):,}")
    print(f"CPU-seconds                        {spent:.1f} (bar {CPU_BAR:.0f})")
    met = recall >= RECALL_BAR and precision >= PRECISION_BAR and spent <= CPU_BAR
    print(f"bars: recall {RECALL_BAR}, precision {PRECISION_BAR}: {'met' if met else 'MISSED'}")


if __name__ == "__main__":
    main()
