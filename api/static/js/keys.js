/** Keys of the page. Typing in a field keeps its keys. */
import { act } from "./actions.js";
import { stage } from "./stage.js";
import { state, update } from "./store.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const selected = () => (state.selected?.kind === "party" ? state.selected.id : null);

/** Close whatever is open, the topmost first. */
function escape() {
  if (state.help) update({ help: false });
  else if (state.ask) act.answer(false);
  else if (state.menu) update({ menu: null });
  else if (state.records) update({ records: null });
  else if (state.path || state.pathFrom) act.closePath();
  else act.unselect();
}

const PLAIN = {
  "/": () => document.getElementById("search").focus(),
  "?": () => update({ help: true }),
  Escape: escape,
  Enter: () => selected() && act.expand(selected()),
  Delete: () => act.remove(),
  k: () => act.pathFrom(),
  p: () => act.pin(),
  c: () => act.collapse(),
  f: () => stage.fit(),
  t: () => update({ table: !state.table }),
};
const WITH_CTRL = { z: act.undo, y: act.redo };

function onKey(event) {
  if (state.phase !== "ready" || event.target.matches("input, select, textarea")) return;
  if (state.ask || state.help) return event.key === "Escape" ? escape() : undefined;
  // Buttons keep Enter; tables and panels keep the arrows for scrolling.
  const inStage = !event.target.closest("button, a, summary, .panel, .table-view, .side, .menu");
  const ctrl = event.ctrlKey || event.metaKey;
  const arrow = !ctrl && inStage && ARROWS[event.key];
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const run = ctrl ? WITH_CTRL[event.shiftKey && key === "z" ? "y" : key] : PLAIN[key];
  if (event.altKey || (!run && !arrow) || (key === "Enter" && !inStage)) return undefined;
  event.preventDefault();
  return arrow ? act.walk(...arrow) : run();
}

export const listenToKeys = () => addEventListener("keydown", onKey);
