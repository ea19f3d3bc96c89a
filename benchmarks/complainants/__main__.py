"""Groups of complainants against planted truth on eight backgrounds: runs everything, writes the page.

    python -m benchmarks.complainants --seeds 200-209

The seeds up to 99 are for development; look at others once, and say which. Needs ../shared/data for the real
backgrounds. The page is docs/evaluation-complainants.md with its picture; the figures of every run go beside --rows.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.complainants.page import write
from benchmarks.complainants.runs import read, run

REPO = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="1-10", help="first-last")
    parser.add_argument("--rows", type=Path, default=Path("complainants.csv"), help="figures of every run")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--page-only", action="store_true", help="write the page from figures that are there")
    parser.add_argument("--docs", type=Path, default=REPO / "docs")
    options = parser.parse_args()
    if not options.page_only:
        first, last = (int(part) for part in options.seeds.split("-"))
        run(range(first, last + 1), options.rows, options.processes)
    write(list(read(options.rows)), options.docs)


if __name__ == "__main__":
    main()
