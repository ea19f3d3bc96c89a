"""What enterprises report once a year, and social insurance each month: online shops and sites, insured staff."""

from __future__ import annotations

from functools import partial

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from graph.model.identifiers import plain_hash
from loaders import identify
from loaders.facts import STUB, Facts
from loaders.rows import known, shared
from loaders.work import Work


def annual_shops(work: Work) -> Facts:
    """Online shops and sites that an enterprise reports: a shop known by its address or name, else a new one."""
    nameless = work.rows.url.isnull() & work.rows.shop.isnull()
    rows = work.accept(work.rows, {"no_company": identify.names_nobody(work.rows), "no_shop": nameless})
    rows = _with_shop(work, _with_platform(work, identify.company(work, rows)))
    facts = Facts("operates")
    facts.add(
        "shops",
        rows.filter(~rows.known),
        STUB,
        id=rows.shop_id,
        name=ibis.coalesce(rows.shop, rows.url),
        name_initials=rows.shop_initials,
        platform=rows.platform_id,
        url=rows.url,
    )
    placed = rows.filter(~rows.known & rows.platform_id.notnull())
    facts.add("on_platform", placed, from_id=placed.shop_id, to_id=placed.platform_id)
    named = known.without(placed, work.known("platforms", "id"), platform_id="id")
    facts.add("platforms", named, STUB, id=named.platform_id, name=named.platform_name)
    run = known.without(rows, known.standing(work, "operates"), code_id="from_id", shop_id="to_id")
    facts.add("operates", run, from_id=run.code_id, to_id=run.shop_id)
    shared.mentioned_companies(work, facts, rows, "code", "name")
    return facts


def insured_staff(work: Work) -> Facts:
    """Insured staff of the last month that the file gives."""
    rows = work.accept(work.rows, {"no_company": identify.names_nobody(work.rows)})
    rows = work.keep(identify.company(work, rows))
    facts = Facts("companies")
    shared.mentioned_companies(work, facts, rows, "code", "name")
    known.update_companies(work, facts, known.latest(rows, "month"), ["staff"])
    return facts


def _with_platform(work: Work, rows: Table) -> Table:
    """Add `platform_id`: the known platform of that name, else one by its name; null for a site of one's own."""
    platforms = work.known("platforms", "id", "name")
    by_name = platforms.group_by(_platform="name").agg(_known_platform=platforms.id.min())
    rows = rows.left_join(by_name, rows.platform_name == by_name._platform)
    by_own_name = ibis.literal("f_").concat(rows.platform_name)
    return rows.mutate(platform_id=ibis.coalesce(rows._known_platform, by_own_name)).drop(
        "_platform", "_known_platform"
    )


def _with_shop(work: Work, rows: Table) -> Table:
    """Add `shop_id` and whether it is `known`: by its address, else by its name on the platform, if only one has it."""
    shops = work.known("shops", "id", "name", "platform", "url")
    rows = work.derive(rows, site=(rows.url, _site))
    sites = work.derive(shops, site=(shops.url, _site))
    one_site = sites.group_by(_site="site").agg(_by_site=sites.id.min(), _sites=sites.id.nunique())
    one_name = shops.group_by(_at="platform", _shop="name").agg(_by_name=shops.id.min(), _names=shops.id.nunique())
    one_site, one_name = one_site.filter(one_site._sites == 1), one_name.filter(one_name._names == 1)
    rows = work.keep(rows.left_join(one_site, rows.site == one_site._site))
    rows = work.keep(rows.left_join(one_name, (rows.platform_id == one_name._at) & (rows.shop == one_name._shop)))
    found = ibis.coalesce(rows._by_site, rows._by_name)
    own = identify.joined(rows.code_id, rows.platform_id.fill_null(""), rows.shop)
    rows = rows.mutate(known=found.notnull(), _found=found, _basis=ibis.coalesce(rows.site, own))
    rows = work.derive(rows, _new=(rows._basis, partial(plain_hash, prefix="s_reported:")))
    return work.keep(rows.mutate(shop_id=ibis.coalesce(rows._found, rows._new)))


def _site(addresses: pa.Array) -> pa.Array:
    """Web address without what may be written or left out: scheme, www, a slash at the end; lower case."""
    return pc.replace_substring_regex(pc.utf8_lower(addresses), r"^(https?://)?(www\.)?|/+$", "")
