"""The checks of a record file in vectorised pandas: no Python function per value, no look at different values first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from graph.model.text import MISSING

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = np.full(256, -1)
_VALUE[np.frombuffer(_ALPHABET.encode(), np.uint8)] = np.arange(31)
_WEIGHT = np.array([pow(3, place, 31) for place in range(17)])
CODE = "统一社会信用代码"
NAMES = ("企业名称", "被执行人名称")
NUMBER = "被执行人证件号码"


def validated(file: Path, day: str) -> pd.DataFrame:
    """Every column tidied; the check character of the codes, the days, and whether the record can be used."""
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    for name in rows.columns:
        rows[name] = _known(rows[name])
    rows[CODE] = rows[CODE].str.replace(r"\s+", "", regex=True).str.upper()
    rows["sound"] = _sound(rows[CODE])
    for name in set(NAMES) & set(rows.columns):
        rows[name] = rows[name].str.replace(r"\s+", "", regex=True)
    rows["day"] = pd.to_datetime(rows[day], errors="coerce", format="%Y-%m-%d")
    named = rows[[CODE, *({*NAMES, NUMBER} & set(rows.columns))]].notna().any(axis=1)
    rows["usable"] = named & rows["day"].notna()
    return rows


def _known(texts: pd.Series) -> pd.Series:
    """Compatibility forms folded, no blanks at the ends, nothing where it says that there is nothing."""
    tidy = texts.str.normalize("NFKC").str.strip()
    return tidy.mask(tidy.str.upper().isin(MISSING))


def _sound(code: pd.Series) -> np.ndarray:
    """Whether the last of 18 characters is the check character of the others (GB 32100-2015)."""
    right = (code.str.len() == 18).fillna(False).to_numpy(bool)
    sound = np.zeros(len(code), bool)
    characters = code[right].to_numpy(dtype="S18").view(np.uint8).reshape(-1, 18)
    values = _VALUE[characters]
    check = (31 - values[:, :17] @ _WEIGHT % 31) % 31
    sound[right] = (values >= 0).all(axis=1) & (check == values[:, 17])
    return sound
