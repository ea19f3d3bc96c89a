"""Clean tables: one row per fact with its interval and origin; of repeats the last wins."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

KEYS = {
    "legal_reps": ["from_id", "to_id", "valid_from"],
    "shareholdings": ["from_id", "to_id", "valid_from"],
    "officers": ["from_id", "to_id", "valid_from", "post"],
    **{name: ["from_id", "to_id", "valid_from"] for name in
       ("registered_at", "phone_of", "operates", "on_platform", "branches")},
}  # fmt: skip
"""What identifies a fact; an id where nothing is said."""


class Tables:
    """All facts so far, in memory and on disk."""

    def __init__(self, folder: Path, today: pd.Timestamp) -> None:
        self._folder, self._today = folder, today
        self._tables: dict[str, pd.DataFrame] = {}
        self._batch: dict[str, list[pd.DataFrame]] = {}
        self.counts: dict[str, tuple[int, int, int]] = {}
        """Records read, quarantined, superseded, by file."""

    def add(self, table: str, rows: pd.DataFrame, *, stub: bool = False, **columns: object) -> None:
        """Say something about the rows: columns of the table, from columns of the rows or values for all."""
        found = pd.DataFrame({"line": rows["line"], "stub": stub, "valid_from": pd.NaT, "valid_to": pd.NaT})
        found["valid_from"] = pd.to_datetime(found["valid_from"])
        found["valid_to"] = pd.to_datetime(found["valid_to"])
        self._batch.setdefault(table, []).append(found.assign(**columns))

    def commit(self, source: str, main: str, read: int, refused: pd.DataFrame) -> None:
        """End a file: one row per key, superseding what earlier files said; written as Parquet."""
        batch = self._folder / "batches" / source
        batch.mkdir(parents=True)
        superseded = 0
        for name, parts in self._batch.items():
            rows = pd.concat(parts, ignore_index=True)
            keys = KEYS.get(name, ["id"])
            full = rows[~rows["stub"]]
            rows = rows.sort_values(["stub", "line"], ascending=[False, True], kind="stable")
            rows = rows.drop_duplicates(keys, keep="last").drop(columns="stub")
            rows = rows.assign(source=source, received=self._today)
            rows.to_parquet(batch / f"{name}.parquet", index=False)
            before = self._tables.get(name)
            if name == main:
                known = pd.MultiIndex.from_frame(full[keys]).drop_duplicates()
                superseded = len(full) - len(known)
                if before is not None:
                    superseded += int(known.isin(pd.MultiIndex.from_frame(before[keys])).sum())
            if before is None:
                self._tables[name] = rows.reset_index(drop=True)
            elif len(rows):
                both = pd.concat([before, rows], ignore_index=True)
                self._tables[name] = both.drop_duplicates(keys, keep="last", ignore_index=True)
        refused.to_parquet(batch / "quarantine.parquet", index=False)
        self._batch = {}
        self.counts[source] = (read, len(refused), superseded)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """The current view."""
        return self._tables[table]

    def replace(self, table: str, rows: pd.DataFrame) -> None:
        """Another current view."""
        self._tables[table] = rows

    def in_force(self, table: str, day: pd.Timestamp) -> pd.DataFrame:
        """Facts not ended by a day."""
        rows = self._tables[table]
        return rows[rows["valid_to"].isna() | (rows["valid_to"] > day)].reset_index(drop=True)
