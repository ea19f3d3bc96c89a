/** Ways between two parties: asking for the other end, searching, showing one of several. */
import { merge } from "./actions.js";
import { api } from "./api.js";
import { problemText } from "./problems.js";
import { state, update } from "./store.js";

const HOPS = 6;

async function search(source, target, throughHubs) {
  const path = { source, target, throughHubs, answer: null, active: 0, loading: true, error: "" };
  update({ path, pathFrom: null, records: null });
  try {
    const answer = await api.paths({ source, target, max_hops: HOPS, through_hubs: throughHubs });
    if (state.path !== path) return; // a newer search has begun
    const found = { ...path, answer, loading: false };
    if (answer.hops === null) update({ path: found });
    else merge(answer.network, null, { path: found });
  } catch (error) {
    if (state.path === path) update({ path: { ...path, loading: false, error: problemText(error) } });
  }
}

export const act = {
  /** Ask for the other end; the search box turns amber. */
  pathFrom(id = state.selected?.kind === "party" ? state.selected.id : null) {
    if (!id) return;
    update({ pathFrom: id, menu: null });
    document.getElementById("search").focus();
  },
  pathTo: (target) => search(state.pathFrom, target, false),
  swapPath: () => search(state.path.target, state.path.source, state.path.throughHubs),
  pathThroughHubs: (on) => search(state.path.source, state.path.target, on),
  retryPath: () => search(state.path.source, state.path.target, state.path.throughHubs),
  showPath: (active) => update({ path: { ...state.path, active } }),
  closePath: () => update({ path: null, pathFrom: null }),
};
