"""What an office reads: one folder of Parquet tables and JSON bodies."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def _plain(value: Any) -> Any:
    """Numbers of NumPy and dates, for JSON."""
    return value.item() if isinstance(value, np.generic) else str(value)


def write_tables(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Each table as Parquet."""
    folder.mkdir(parents=True)
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")


def write_bodies(folder: Path, name: str, bodies: Iterable[dict[str, Any]]) -> None:
    """Results one JSON object a line."""
    with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(body, ensure_ascii=False, default=_plain) + "\n" for body in bodies)


def contributions(tenths: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """The parts of every score that are not zero, or must be shown."""
    shown = tenths.ne(0)
    shown["objected"] = values["objected"] > 0
    company, feature = np.nonzero(shown.to_numpy())
    return pd.DataFrame({
        "company": tenths.index[company], "feature": tenths.columns[feature],
        "tenths": tenths.to_numpy()[company, feature], "value": values[tenths.columns].to_numpy()[company, feature],
    })  # fmt: skip


def party_leads(leads: list[dict[str, Any]]) -> pd.DataFrame:
    """The leads of each party."""
    pairs = pd.DataFrame([(p, x["id"]) for x in leads for p in dict.fromkeys(x["parties"])], columns=["party", "lead"])
    return pairs.groupby("party")["lead"].agg(list).reset_index()
