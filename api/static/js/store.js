/** The state of the page: one object, changed only by `update`, watched by the renderer and by the stage. */
import { emptyView } from "./view.js";

const saved = (key, fallback) => localStorage.getItem(`creditnet.${key}`) ?? fallback;
const systemTheme = () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

export const state = {
  phase: "boot", // boot | login | ready
  loginError: "",
  lang: saved("lang", "zh-CN"),
  theme: saved("theme", systemTheme()),
  large: saved("large", "") === "1",
  meta: null,
  day: "", // as of this day; empty = now
  view: emptyView(),
  past: [],
  future: [],
  fresh: new Set(),
  selected: null, // {kind: "party" | "relation", id}
  leads: { items: [], loading: true, error: "", more: false },
  lead: null,
  leadState: "", // "": open ones
  handling: null, // {lead, action, detail, note}: a decision being written
  calibration: null, // {rows}
  file: { id: null, data: null, loading: false, error: "" },
  records: null, // {title, items, loading, error}
  path: null, // {source, target, answer, active, loading, error, throughHubs}
  pathFrom: null, // a party whose other end is being asked for
  filters: { classes: new Set(), kinds: new Set(), relations: new Set(), dim: true },
  table: false,
  sort: { column: "score", down: true },
  menu: null, // {id, x, y}
  ask: null, // {text, run}: a question before something big
  help: false,
  busy: 0,
  toast: "",
  error: null, // {text, retry}
};

const watchers = new Set();
let scheduled = false;

/** Call `watcher` after every change; several changes of one task are told once. */
export function watch(watcher) {
  watchers.add(watcher);
}

/** Change some fields of the state. */
export function update(patch) {
  Object.assign(state, patch);
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    for (const watcher of watchers) watcher(state);
  });
}

/** Change a preference and remember it in this browser. */
export function prefer(key, value) {
  localStorage.setItem(`creditnet.${key}`, value === true ? "1" : value === false ? "" : value);
  update({ [key]: value });
}

let toastTimer = 0;

/** Say something for a few seconds. */
export function say(text) {
  clearTimeout(toastTimer);
  update({ toast: text });
  toastTimer = setTimeout(() => update({ toast: "" }), 4000);
}
