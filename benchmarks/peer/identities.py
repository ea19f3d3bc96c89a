"""Who is who: ids of companies, persons, complainants, shops, from numbers, else names with a second key."""

from __future__ import annotations

import pandas as pd

from peer.files import each
from peer.values import hashed


class Identities:
    """Makes ids with the key of the office; remembers the companies met so far."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.companies: dict[str, str] = {}
        """Name of every company known so far, by id; empty names are kept too."""

    def hash(self, basis: pd.Series, prefix: str) -> pd.Series:
        """Keyed hash of texts."""
        return each(basis, lambda text: hashed(text, prefix, self._key))

    def company(self, rows: pd.DataFrame, code: str, name: str | None = None) -> pd.Series:
        """The credit code, else the older number, else the one company known by that name, else its name's hash."""
        found = rows[f"{code}_uscc"].fillna("o_" + rows[f"{code}_legacy"])
        return found if name is None else found.fillna(self.by_name(rows[name].where(found.isna())))

    def by_name(self, names: pd.Series) -> pd.Series:
        """The one company known by each name, else a hash of the name."""
        if names.isna().all():
            return names
        known = pd.Series(self.companies, dtype="str").dropna()
        unique = known[~known.duplicated(keep=False)]
        ids = dict(zip(unique, unique.index, strict=True))
        return names.map(ids).fillna(self.hash(names + "|", "o_"))

    def person(self, name: pd.Series, number: pd.Series | None, second: pd.Series | None) -> pd.DataFrame:
        """By resident ID, else by name with a second key; a name alone is nobody."""
        basis = pd.Series(pd.NA, index=name.index, dtype="str") if number is None else number
        by = basis.notna().map({True: "resident_id", False: "company"})
        if second is not None:
            basis = basis.fillna(name + "|" + second)
        return pd.DataFrame({"id": self.hash(basis, "p_"), "by": by})

    def complainant(self, rows: pd.DataFrame) -> pd.DataFrame:
        """By resident ID, else name and phone, else the account on its channel."""
        by_phone = rows["person"] + "|" + rows["phone"]
        by_account = "account|" + rows["channel"].fillna("") + "|" + rows["account"]
        by = by_account.notna().map({True: "account", False: None})
        by = by.mask(by_phone.notna(), "phone").mask(rows["person_number"].notna(), "resident_id")
        return pd.DataFrame({
            "id": self.hash(rows["person_number"].fillna(by_phone).fillna(by_account), "q_"),
            "by": by,
        })  # fmt: skip

    def remember(self, companies: pd.DataFrame) -> None:
        """Companies that are in the tables now."""
        self.companies.update(zip(companies["id"], companies["name"], strict=True))
