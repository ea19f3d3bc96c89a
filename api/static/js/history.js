/** Undo and redo over views; a view is never changed in place, so keeping it is enough. */
import { state, update } from "./store.js";

const DEPTH = 100;

/** Show a new view; the one before can be had back. */
export function commit(view, more = {}) {
  update({ view, past: [...state.past, state.view].slice(-DEPTH), future: [], menu: null, ...kept(view), ...more });
  remember(view);
}

/** Go one step back (`-1`) or forth (`+1`); false if there is none. */
export function step(direction) {
  const { past, future, view } = state;
  const [from, to] = direction < 0 ? [past, future] : [future, past];
  if (!from.length) return false;
  const target = from[from.length - 1];
  const [left, right] = [from.slice(0, -1), [...to, view]];
  update({ view: target, past: direction < 0 ? left : right, future: direction < 0 ? right : left, ...kept(target) });
  remember(target);
  return true;
}

/** Selection and path survive as long as what they speak of is still there. */
function kept(view) {
  const { selected, path } = state;
  const there = selected && (selected.kind === "party" ? view.parties : view.relations).has(selected.id);
  const way = path?.answer?.paths[path.active] ?? [];
  return { selected: there ? selected : null, path: way.every((id) => view.relations.has(id)) ? path : null };
}

/** The address holds the party the picture is about: an id of ours, no name, no number of a person. */
function remember(view) {
  const fragment = view.centre ? `#party=${encodeURIComponent(view.centre)}` : location.pathname;
  history.replaceState(null, "", fragment);
}

/** The party an address asks for. */
export const askedParty = () => new URLSearchParams(location.hash.slice(1)).get("party");

