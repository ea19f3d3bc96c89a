"""Both checks of 1.27 million credit codes: creditnet against python-stdnum, or plain Python where that is absent.

Run ``python benchmarks/identifiers.py``. The codes are made up, seeded, and come as one Arrow column; each side
gives a status per code. The peer works on a tenth of them, its time is multiplied: it is linear. python-stdnum
makes the outer check only, refuses codes whose first character is a letter, and is still the slower one.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pyarrow as pa

from graph.model.uscc import ALPHABET, check_uscc

CODES = 1_270_000
SHARE = 10
BAR = 0.5  # CPU-seconds, from the design
INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
OUTER_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))


def plain_status(code: str) -> str:
    """What a careful analyst would write: both checks, one character at a time."""
    code = code.strip().upper()
    if len(code) != 18 or any(character not in ALPHABET for character in code):
        return "bad_format"
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(code, OUTER_WEIGHTS, strict=False))
    if ALPHABET[(31 - total % 31) % 31] != code[17]:
        return "bad_check"
    inner = sum(int(character, 36) * weight for character, weight in zip(code[8:16], INNER_WEIGHTS, strict=True))
    return "valid" if "0123456789X"[-inner % 11] == code[16] else "valid_outer_only"


def peer() -> tuple[str, Callable[[str], object]]:
    """The peer's name and its check of one code."""
    try:
        from stdnum.cn import uscc
    except ImportError:
        return "plain Python", plain_status
    return "python-stdnum", uscc.is_valid


def make_code(draw: random.Random) -> str:
    """A valid code of an invented firm in Dongguan; one in a thousand gets a wrong last character."""
    body = "MA" + "".join(draw.choices(ALPHABET, k=6))
    inner = sum(int(character, 36) * weight for character, weight in zip(body, INNER_WEIGHTS, strict=True))
    code = "91441900" + body + "0123456789X"[-inner % 11]
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(code, OUTER_WEIGHTS, strict=True))
    return code + ALPHABET[(31 - total) % 31 if draw.random() > 0.001 else (30 - total) % 31]


def cpu_seconds(job: Callable[[], object]) -> float:
    """CPU time of this process, all threads, best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        job()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Measure both, check that they agree, print the ratio."""
    draw = random.Random(20261125)
    codes = [make_code(draw) for _ in range(CODES)]
    column = pa.array(codes)
    statuses = check_uscc(column).status.to_pylist()
    if statuses[::97] != [plain_status(code) for code in codes[::97]]:
        raise SystemExit("the two sides disagree")
    ours = cpu_seconds(lambda: check_uscc(column))
    name, check = peer()
    theirs = cpu_seconds(lambda: [check(code) for code in codes[::SHARE]]) * SHARE
    print(f"codes                {CODES:>12,}")
    print(f"creditnet            {ours:>12.3f} CPU-s   (bar {BAR}; {'met' if ours <= BAR else 'MISSED'})")
    print(f"{name:<20} {theirs:>12.3f} CPU-s")
    print(f"ratio                {theirs / ours:>12.0f}")


if __name__ == "__main__":
    main()
