"""What enterprises report once a year, and social insurance each month: online shops and sites, insured staff."""

from __future__ import annotations

from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.identifiers import plain_hash
from loaders import identify
from loaders.columns import coalesce, derive, literal
from loaders.facts import STUB, Facts
from loaders.frame import Rows, of_table
from loaders.rows import known, shared
from loaders.work import Work


def annual_shops(work: Work) -> Facts:
    """Online shops and sites that an enterprise reports: a shop known by its address or name, else a new one."""
    nameless = work.rows.url.isnull() & work.rows.shop.isnull()
    rows = work.accept(work.rows, {"no_company": identify.names_nobody(work.rows), "no_shop": nameless})
    rows = _with_shop(work, _with_platform(work, identify.company(work, rows)))
    facts = Facts("operates")
    new = rows.filter(~rows.known)
    facts.add(
        "shops",
        new,
        STUB,
        id=new.shop_id,
        name=coalesce(new.shop, new.url),
        name_initials=new.shop_initials,
        platform=new.platform_id,
        url=new.url,
    )
    placed = new.filter(new.platform_id.notnull())
    facts.add("on_platform", placed, from_id=placed.shop_id, to_id=placed.platform_id)
    named = placed.filter(~work.is_known(placed.platform_id, "platforms"))
    facts.add("platforms", named, STUB, id=named.platform_id, name=named.platform_name)
    run = rows.without(known.standing(work, "operates"), code_id="from_id", shop_id="to_id")
    facts.add("operates", run, from_id=run.code_id, to_id=run.shop_id)
    shared.mentioned_companies(work, facts, rows, "code", "name")
    return facts


def insured_staff(work: Work) -> Facts:
    """Insured staff of the last month that the file gives."""
    rows = work.accept(work.rows, {"no_company": identify.names_nobody(work.rows)})
    rows = identify.company(work, rows)
    facts = Facts("companies")
    shared.mentioned_companies(work, facts, rows, "code", "name")
    known.update_companies(work, facts, known.latest(rows, "month"), ["staff"])
    return facts


def _with_platform(work: Work, rows: Rows) -> Rows:
    """Add `platform_id`: the known platform of that name, else one by its name; null for a site of one's own."""
    by_name = work.known("platforms", "id", "name").group_by("name").aggregate([("id", "min")])
    rows = rows.beside(of_table(by_name.rename_columns(["_platform", "_known"])), platform_name="_platform")
    return rows.mutate(platform_id=coalesce(rows._known, literal("f_").concat(rows.platform_name)))


def _with_shop(work: Work, rows: Rows) -> Rows:
    """Add `shop_id` and whether it is `known`: by its address, else by its name on the platform, if only one has it."""
    shops = work.known("shops", "id", "name", "platform", "url")
    shops = shops.append_column("site", _site(shops["url"]))
    rows = work.derive(rows, site=(rows.url, _site))
    by_site = rows.beside(known.the_only(shops, ["site"], "id"), site="only_site")
    rows = by_site.mutate(_by_site=by_site.only_id)
    rows = rows.beside(known.the_only(shops, ["platform", "name"], "id"), platform_id="only_platform", shop="only_name")
    found = coalesce(rows._by_site, rows.only_id)
    own = identify.joined(rows.code_id, rows.platform_id.fill_null(""), rows.shop)
    new = derive(coalesce(rows.site, own), partial(plain_hash, prefix="s_reported:"))
    return rows.mutate(known=found.notnull(), shop_id=coalesce(found, new))


def _site(addresses: pa.Array) -> pa.Array:
    """Web address without what may be written or left out: scheme, www, a slash at the end; lower case."""
    return pc.replace_substring_regex(pc.utf8_lower(addresses), r"^(https?://)?(www\.)?|/+$", "")
