/** Everything a user can do, whatever it is done with: pointer, key, menu, panel or table. */
import { api, setDay } from "./api.js";
import { commit, step } from "./history.js";
import { t } from "./i18n.js";
import { fromServer, layAgain, neighbourTowards, placeNew } from "./layout.js";
import { loadFile, loadLeads } from "./panel_data.js";
import { act as pathActions } from "./path_actions.js";
import { guarded } from "./problems.js";
import { stage } from "./stage.js";
import { say, state, update } from "./store.js";
import { addNetwork, emptyView, leavesOf, pinAt, removeParties, togglePin } from "./view.js";

const STEP = 25; // parties one expansion adds
const MOST = 300; // parties with names on the stage
const HUB_LINKS = 50; // above this an address or phone is asked about before it is expanded
const GLOW_MS = 1600;

const selectedId = () => (state.selected?.kind === "party" ? state.selected.id : null);

function select(id) {
  update({ selected: { kind: "party", id }, menu: null, records: null });
  loadFile(id);
}

/** A new picture from a network of the server. */
function show(network, more = {}) {
  const view = addNetwork(emptyView(), network, fromServer(network, stage.aspect()));
  const first = network.centre ?? network.parties[0]?.id ?? null;
  commit({ ...view, centre: first }, { path: null, pathFrom: null, table: false, records: null, ...more });
  if (network.truncated) say(t("status.truncated", { n: network.parties.length }));
  queueMicrotask(() => stage.fit());
  if (first) select(first);
}

const open = (id, more) => guarded(async () => show(await api.network(id), more));

function glow(ids) {
  update({ fresh: new Set(ids) });
  setTimeout(() => update({ fresh: new Set() }), GLOW_MS);
}

/** Add a network to the picture without moving what is there. */
export function merge(network, by, more = {}) {
  const fresh = network.parties.filter((p) => !state.view.parties.has(p.id)).map((p) => p.id);
  const anchor = by ?? network.parties.find((p) => state.view.parties.has(p.id))?.id;
  commit(addNetwork(state.view, network, placeNew(state.view, network, anchor), by), more);
  if (fresh.length) glow(fresh);
  return fresh;
}

function isHub(id, relation) {
  const party = state.view.parties.get(id);
  const counts = state.file.id === id ? (state.file.data?.counts ?? []) : [];
  if (party.kind === "Platform") return true;
  if (["Address", "Phone"].includes(party.kind) && party.links > HUB_LINKS) return true;
  return counts.some((c) => c.hub && (!relation || c.type === relation));
}

async function expand(id, relation = null, crossHub = false) {
  const party = state.view.parties.get(id);
  update({ menu: null });
  if (!party) return;
  if (!crossHub && isHub(id, relation)) {
    const text = t("hub.ask", { name: party.name, n: party.links });
    update({ ask: { text, run: () => expand(id, relation, true) } });
    return;
  }
  const room = MOST - state.view.parties.size;
  if (room <= 0) {
    say(t("toast.full", { n: MOST }));
    return;
  }
  await guarded(async () => {
    const body = { relation, exclude: [...state.view.parties.keys()], limit: Math.min(STEP, room), cross_hub: crossHub };
    const fresh = merge(await api.expand(id, body), id);
    say(fresh.length ? t("toast.added", { n: fresh.length }) : t("toast.nothingNew"));
  });
}

function collapse(id = selectedId()) {
  const leaves = id ? leavesOf(state.view, id) : [];
  if (leaves.length) commit(removeParties(state.view, leaves));
  else say(t("toast.nothingToCollapse"));
}

function relayout(confirmed = false) {
  if (state.view.pinned.size && !confirmed) {
    update({ ask: { text: t("layout.ask"), run: () => relayout(true) } });
    return;
  }
  commit({ ...state.view, positions: layAgain(state.view) });
  stage.fit();
}

/** Browsers lend the clipboard only to https and to this machine; elsewhere the text is shown to be copied by hand. */
const copyText = async (text, note) => {
  if (!navigator.clipboard) return say(text);
  await navigator.clipboard.writeText(text);
  return say(note);
};

export const act = {
  ...pathActions,
  open,
  select,
  expand,
  collapse,
  relayout,
  openLead(lead) {
    update({ lead, selected: null });
    return guarded(async () => show(await api.leadNetwork(lead.id), { lead }));
  },
  /** Everything as of another day: what the server says of itself, the leads, the picture from its centre. */
  asOf(day) {
    setDay(day);
    update({ day, file: { id: null, data: null, loading: false, error: "" } });
    return guarded(async () => {
      update({ meta: await api.meta() });
      await loadLeads();
      if (state.view.centre) show(await api.network(state.view.centre), { lead: null });
    });
  },
  /** From search: a party on stage is selected and centred, not loaded again. */
  visit(party) {
    if (state.pathFrom) return pathActions.pathTo(party.id);
    if (!state.view.parties.has(party.id)) return open(party.id, { lead: null });
    select(party.id);
    stage.centreOn(party.id);
    return say(t("toast.already", { name: party.name }));
  },
  tapParty(id) {
    if (state.pathFrom && state.pathFrom !== id) pathActions.pathTo(id);
    else select(id);
  },
  selectRelation: (id) => update({ selected: { kind: "relation", id }, menu: null, records: null }),
  unselect: () => update({ selected: null, records: null }),
  openMenu(id, place) {
    select(id);
    update({ menu: { id, ...place } });
  },
  dragged: (id, point) => commit(pinAt(state.view, id, point)),
  pin: (id = selectedId()) => id && commit(togglePin(state.view, id)),
  remove: (id = selectedId()) => id && commit(removeParties(state.view, [id])),
  removeOthers: (id) => commit(removeParties(state.view, [...state.view.parties.keys()].filter((other) => other !== id))),
  undo: () => step(-1) && say(t("toast.undone")),
  redo: () => step(1) && say(t("toast.redone")),
  copy: (text) => copyText(text, t("toast.copied")),
  share: () => copyText(location.href, t("toast.linkCopied")),
  walk(dx, dy) {
    const from = selectedId() ?? state.view.centre;
    const to = from && neighbourTowards(state.view, from, dx, dy);
    if (to) {
      select(to);
      stage.centreOn(to);
    }
  },
  answer(yes) {
    const { ask } = state;
    update({ ask: null });
    if (yes) ask.run();
  },
};
