/** Which parties and relations the filters let through. Filters never change positions. */

export const NO_CLASS = "none";
export const classOf = (party) => party.risk_class ?? NO_CLASS;

const passesParty = (filters, party) => !filters.classes.has(classOf(party)) && !filters.kinds.has(party.kind);

/** Sets of the ids that pass. `filters` hold what is unticked. */
export function passing(view, filters) {
  const parties = new Set();
  for (const party of view.parties.values()) if (passesParty(filters, party)) parties.add(party.id);
  const relations = new Set();
  for (const r of view.relations.values()) {
    if (!filters.relations.has(r.type) && parties.has(r.source) && parties.has(r.target)) relations.add(r.id);
  }
  return { parties, relations };
}

const tally = (rows, key) => {
  const counts = new Map();
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return counts;
};

/** Counts for the legend. A dimension's own ticks do not change its counts, the other two do. */
export function counts(view, filters) {
  const without = (name) => passing(view, { ...filters, [name]: new Set() });
  const rows = (map, ids) => [...map.values()].filter((row) => ids.has(row.id));
  return {
    classes: tally(rows(view.parties, without("classes").parties), classOf),
    kinds: tally(rows(view.parties, without("kinds").parties), (p) => p.kind),
    relations: tally(rows(view.relations, without("relations").relations), (r) => r.type),
  };
}

/** Untick or tick one value. */
export function toggled(filters, name, value) {
  const off = new Set(filters[name]);
  if (!off.delete(value)) off.add(value);
  return { ...filters, [name]: off };
}

/** Leave only one value ticked; a second time ticks all again. */
export function only(filters, name, value, all) {
  const off = new Set(all.filter((other) => other !== value));
  const same = off.size === filters[name].size && [...off].every((other) => filters[name].has(other));
  return { ...filters, [name]: same ? new Set() : off };
}
