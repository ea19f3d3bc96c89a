/** Views as values: each function takes a view and returns a new one. */

/** @returns {import("./types.js").View} */
export const emptyView = () => ({
  centre: null,
  parties: new Map(),
  relations: new Map(),
  positions: new Map(),
  pinned: new Set(),
  added: new Map(),
});

const copy = (view) => ({
  ...view,
  parties: new Map(view.parties),
  relations: new Map(view.relations),
  positions: new Map(view.positions),
  pinned: new Set(view.pinned),
  added: new Map(view.added),
});

/** Add the parties of a network that are not there yet, and all relations whose two ends then are. */
export function addNetwork(view, network, positions, by = null) {
  const next = copy(view);
  const fresh = [];
  for (const party of network.parties) {
    if (!next.parties.has(party.id)) fresh.push(party.id);
    next.parties.set(party.id, party);
    if (!next.positions.has(party.id)) next.positions.set(party.id, positions.get(party.id) ?? { x: 0, y: 0 });
  }
  for (const relation of network.relations) {
    if (next.parties.has(relation.source) && next.parties.has(relation.target)) next.relations.set(relation.id, relation);
  }
  next.centre ??= network.centre;
  if (by && fresh.length) next.added.set(by, [...(next.added.get(by) ?? []), ...fresh]);
  return next;
}

/** Take parties off the view with their relations. */
export function removeParties(view, ids) {
  const gone = new Set(ids);
  const next = copy(view);
  for (const id of gone) {
    next.parties.delete(id);
    next.positions.delete(id);
    next.pinned.delete(id);
    next.added.delete(id);
  }
  for (const [id, relation] of next.relations) {
    if (gone.has(relation.source) || gone.has(relation.target)) next.relations.delete(id);
  }
  for (const [by, ids_] of next.added) next.added.set(by, ids_.filter((id) => !gone.has(id)));
  if (gone.has(next.centre)) next.centre = null;
  return next;
}

/** Parties that collapsing `id` would remove: those its expansion added that hang on nothing else. */
export function leavesOf(view, id) {
  return (view.added.get(id) ?? []).filter(
    (added) =>
      view.parties.has(added) &&
      !view.pinned.has(added) &&
      [...view.relations.values()].every(
        (r) => (r.source !== added && r.target !== added) || r.source === id || r.target === id,
      ),
  );
}

/** Move a party and hold it there. */
export function pinAt(view, id, point) {
  const next = copy(view);
  next.positions.set(id, point);
  next.pinned.add(id);
  return next;
}

/** Release or hold a party where it is. */
export function togglePin(view, id) {
  const next = copy(view);
  if (!next.pinned.delete(id)) next.pinned.add(id);
  return next;
}

/** Replace positions; the pinned keep theirs. */
export function moveAll(view, positions) {
  const next = copy(view);
  for (const [id, point] of positions) if (!next.pinned.has(id)) next.positions.set(id, point);
  return next;
}

/** Relations of one party on the view. */
export const relationsOf = (view, id) => [...view.relations.values()].filter((r) => r.source === id || r.target === id);

/** The party at the other end. */
export const otherEnd = (relation, id) => (relation.source === id ? relation.target : relation.source);

/** Per relation kind: how many a party has in all and how many are on the view, both directions together. */
export function tallies(view, id, counts) {
  const byType = new Map();
  for (const { type, total, hub } of counts) {
    const sum = byType.get(type) ?? { type, total: 0, hub: false };
    byType.set(type, { type, total: sum.total + total, hub: sum.hub || hub });
  }
  const onView = relationsOf(view, id);
  return [...byType.values()].map((sum) => {
    const shown = onView.filter((r) => r.type === sum.type).length;
    return { ...sum, shown: Math.min(shown, sum.total) };
  });
}
