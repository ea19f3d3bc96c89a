"""Shops and the complaints against them."""

from __future__ import annotations

import hashlib

import pandas as pd

from peer.config import WORDS
from peer.files import Refused, each, unfilled
from peer.identities import Identities
from peer.register import addresses, mention, phones
from peer.tables import Tables
from peer.values import HAN

TEMPLATE_LENGTH = 12
"""Characters below which equal texts say nothing."""


def _shop(rows: pd.DataFrame) -> pd.Series:
    return "s_" + rows["platform"] + ":" + rows["number"]


def shops(rows: pd.DataFrame, refused: Refused, tables: Tables, ids: Identities) -> str:
    """Shops, their platforms and who operates them from when to when."""
    rows = refused.take(rows, unfilled(rows, "shops"))
    shop, company = _shop(rows), ids.company(rows, "code")
    platform = "f_" + rows["platform"]
    tables.add(
        "shops", rows, id=shop, name=rows["shop"], name_initials=rows["shop_initials"], platform=platform,
        url=rows["url"], category=rows["category"], orders=rows["orders"], opened=rows["opened"],
        closed=rows["closed"], licence_shown=rows["shown"], valid_from=rows["opened"], valid_to=rows["closed"],
    )  # fmt: skip
    tables.add("platforms", rows, id=platform, name=rows["platform_name"], name_initials=rows["platform_name_initials"])
    tables.add("on_platform", rows, from_id=shop, to_id=platform)
    run = company.notna()
    tables.add(
        "operates", rows[run], from_id=company[run], to_id=shop[run],
        valid_from=rows["since"].fillna(rows["opened"])[run], valid_to=rows["until"].fillna(rows["closed"])[run],
    )  # fmt: skip
    mention(tables, ids, rows[run], company[run], "code", None)
    return "shops"


def complaints(rows: pd.DataFrame, refused: Refused, tables: Tables, ids: Identities) -> str:
    """Complaints and reports, who filed them, phone and address of the ticket."""
    shop = _shop(rows)
    nothing = shop.isna() & rows["code_uscc"].isna() & rows["code_legacy"].isna()
    rows = refused.take(rows, {
        **unfilled(rows, "complaints"), "no_merchant": nothing, "bad_kind": rows["kind"].isna(),
    })  # fmt: skip
    shop, company = _shop(rows), ids.company(rows, "code")
    who = ids.complainant(rows)
    channel = rows["channel"].fillna("12315")
    tables.add(
        "complaints", rows, id="k_" + channel + ":" + rows["ticket"], kind=rows["kind"], complainant_id=who["id"],
        merchant_id=shop.fillna(company), filed_on=rows["filed"], category=rows["category"], amount=rows["amount"],
        text=rows["text"], template_hash=templates(rows["text"]), outcome=rows["outcome"], outcome_on=rows["closed"],
        harm=rows["text"].fillna("").str.contains("|".join(WORDS["harm"]["words"])).astype(bool), channel=channel,
        phone_id=phones(tables, ids, rows, who["id"]), address_id=addresses(tables, rows), valid_from=rows["filed"],
    )  # fmt: skip
    _complainants(tables, rows, who)
    _mentioned_shops(tables, rows, shop)
    direct = shop.isna()
    mention(tables, ids, rows[direct], company[direct], "code", None)
    return "complaints"


def templates(texts: pd.Series) -> pd.Series:
    """Hash of the Chinese characters of a text that has enough of them: the rest differs within a template."""
    bare = texts.str.replace(f"[^{HAN}]+", "", regex=True)
    long = bare.where(bare.str.len() >= TEMPLATE_LENGTH)
    return each(long, lambda t: int(hashlib.md5(t.encode(), usedforsecurity=False).hexdigest()[:13], 16))


def _complainants(tables: Tables, rows: pd.DataFrame, who: pd.DataFrame) -> None:
    known = who["id"].notna()
    rows, who = rows[known], who[known]
    account = rows["account"].str[:3] + "***" + rows["account"].str[-2:]
    tables.add(
        "complainants", rows, id=who["id"], name=rows["person"].fillna("账号" + account),
        name_initials=rows["person_initials"], identified_by=who["by"],
        id_masked=rows["person_number_masked"].fillna(account),
    )  # fmt: skip


def _mentioned_shops(tables: Tables, rows: pd.DataFrame, shop: pd.Series) -> None:
    new = shop.notna() & ~shop.isin(tables["shops"]["id"])
    rows, shop = rows[new], shop[new]
    platform = "f_" + rows["platform"]
    tables.add("shops", rows, stub=True, id=shop, name=rows["number"], platform=platform)
    tables.add("on_platform", rows, stub=True, from_id=shop, to_id=platform)
    unseen = ~platform.isin(tables["platforms"]["id"])
    tables.add("platforms", rows[unseen], stub=True, id=platform[unseen], name=rows["platform"][unseen])
