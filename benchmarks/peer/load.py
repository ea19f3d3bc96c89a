"""Load a folder of files into clean tables."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from peer import namesakes, records, register, trade
from peer.clock import Clock
from peer.config import SOURCES
from peer.files import Refused, clean, damaged, read
from peer.identities import Identities
from peer.records import Builder
from peer.tables import Tables

BUILDERS: dict[str, Builder] = {
    source: next(getattr(m, source) for m in (register, trade, records) if hasattr(m, source)) for source in SOURCES
}


def load(folder: Path, out: Path, key: bytes, clock: Clock) -> Tables:
    """All files, each read, checked, turned into facts and committed."""
    tables, ids = Tables(out, pd.Timestamp.now().normalize()), Identities(key)
    for source in SOURCES:
        with clock(f"load {source}"):
            _load(folder / f"{source}.csv", source, tables, ids)
    with clock("load officers"):  # the last file that ties persons to companies
        namesakes.join(tables)
    return tables


def _load(path: Path, source: str, tables: Tables, ids: Identities) -> None:
    hashlib.sha256(path.read_bytes()).hexdigest()  # names the batch
    raw, rejected = read(path)
    refused = Refused(raw, rejected)
    kept = refused.take(raw, damaged(raw, source))
    main = BUILDERS[source](clean(kept, source), refused, tables, ids)
    tables.commit(source, main, len(raw) + len(rejected), refused.table())
    if source != "credit_repair":
        ids.remember(tables["companies"])
