/** The canvas: draws the view of the state, and turns what the pointer does into actions. */
import cytoscape from "../vendor/cytoscape.mjs";
import { act } from "./actions.js";
import { passing } from "./filters.js";
import { stageRelation } from "./relation_text.js";
import { stageStyle } from "./stage_style.js";
import { state, update, watch } from "./store.js";
import { tooltip } from "./tooltip.js";
import { relationsOf } from "./view.js";
import { hue, importance, isSymmetric, stageName } from "./visual.js";

const KEY_NAMES = 14;
const MOST_NAMED = 10; // relation names around one party; more would pile up
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

let cy = null;
let drawn = {};

/** Start drawing into an element; called once. */
export function mountStage(container) {
  cy = cytoscape({
    container,
    style: stageStyle(state.theme, () => cy?.zoom() ?? 1),
    minZoom: 0.08,
    maxZoom: 3,
    boxSelectionEnabled: false,
    autounselectify: true,
  });
  listen(container);
  new ResizeObserver(() => cy.resize()).observe(container);
  watch(sync);
  sync();
}

function listen(container) {
  const tip = tooltip(container);
  cy.on("tap", "node", (e) => act.tapParty(e.target.id()));
  cy.on("dbltap", "node", (e) => act.expand(e.target.id()));
  cy.on("tap", "edge", (e) => act.selectRelation(e.target.data("relation")));
  cy.on("tap", (e) => e.target === cy && update({ menu: null }));
  cy.on("cxttap taphold", "node", (e) => openMenu(e.target, container));
  cy.on("dragfree", "node", (e) => act.dragged(e.target.id(), { ...e.target.position() }));
  cy.on("grab pan zoom cxttap", () => tip.hide());
  cy.on("mouseover", "node", (e) => {
    light(e.target, true);
    tip.show(state.view.parties.get(e.target.id()), e.target.renderedPosition());
  });
  cy.on("mouseout", "node", (e) => {
    light(e.target, false);
    tip.hide();
  });
  cy.on("mouseover", "edge", (e) => e.target.addClass("lit named"));
  cy.on("mouseout", "edge", (e) => {
    e.target.removeClass("lit");
    nameRelations();
  });
  let lastZoom = 1;
  cy.on("zoom", () => {
    // Key names keep their size on screen; restyling at every wheel step would cost frames.
    if (Math.abs(cy.zoom() / lastZoom - 1) < 0.08) return;
    lastZoom = cy.zoom();
    cy.nodes(".key").updateStyle();
  });
}

function light(node, on) {
  node.connectedEdges().toggleClass("lit", on);
  if (on && node.connectedEdges().length <= MOST_NAMED) node.connectedEdges().addClass("named");
  if (!on) nameRelations();
}

/** The menu opens beside its party, never over it. */
function openMenu(node, container) {
  const box = node.renderedBoundingBox({ includeLabels: false });
  const frame = container.getBoundingClientRect();
  act.openMenu(node.id(), { left: frame.left + box.x1, right: frame.left + box.x2, y: frame.top + box.y1 });
}

const nodeOf = (party, position) => ({
  group: "nodes",
  data: { id: party.id, kind: party.kind, risk_class: party.risk_class ?? "", label: stageName(party) },
  position: { ...position },
});

const edgeId = (relation) => `e:${relation.id}`;
const edgeData = (relation) => ({
  id: edgeId(relation),
  relation: relation.id,
  source: relation.source,
  target: relation.target,
  standing: relation.standing,
  label: stageRelation(relation),
  colour: hue(relation.type, state.theme),
  width: 1.2 + Math.min(Math.log2(Math.max(relation.count, 1)) * 0.7, 4),
  arrow: isSymmetric(relation.type) ? "none" : "triangle",
});

function sync() {
  const { view, filters, selected, path, theme, lang, fresh } = state;
  const now = { view, filters, selected, path, theme, lang, fresh };
  if (Object.keys(now).every((key) => drawn[key] === now[key])) return;
  cy.batch(() => {
    if (now.view !== drawn.view) syncElements(view);
    if (now.theme !== drawn.theme || now.lang !== drawn.lang) view.relations.forEach((r) => cy.getElementById(edgeId(r)).data(edgeData(r)));
    syncClasses();
  });
  if (drawn.theme && now.theme !== drawn.theme) cy.style(stageStyle(theme, () => cy.zoom()));
  drawn = now;
  nameRelations();
}

function syncElements(view) {
  cy.edges().filter((e) => !view.relations.has(e.data("relation"))).remove();
  cy.nodes().filter((n) => !view.parties.has(n.id())).remove();
  for (const party of view.parties.values()) {
    const node = cy.getElementById(party.id);
    if (node.empty()) cy.add(nodeOf(party, view.positions.get(party.id)));
    else node.position({ ...view.positions.get(party.id) });
  }
  for (const relation of view.relations.values()) {
    if (cy.getElementById(edgeId(relation)).empty()) cy.add({ group: "edges", data: edgeData(relation) });
  }
}

function syncClasses() {
  const { view, filters, selected, fresh } = state;
  const passes = passing(view, filters);
  const off = filters.dim ? "dim" : "gone";
  const key = new Set([...view.parties.values()].sort((a, b) => importance(b) - importance(a)).slice(0, KEY_NAMES).map((p) => p.id));
  const onPath = pathIds();
  cy.elements().removeClass("dim gone");
  cy.nodes().forEach((node) => {
    const id = node.id();
    node.toggleClass("key", key.has(id) || id === view.centre).toggleClass("centre", id === view.centre);
    node.toggleClass("pinned", view.pinned.has(id)).toggleClass("fresh", fresh.has(id));
    node.toggleClass("selected", selected?.kind === "party" && selected.id === id).toggleClass("on-path", onPath.parties.has(id));
    if (!passes.parties.has(id)) node.addClass(off);
  });
  cy.edges().forEach((edge) => {
    const id = edge.data("relation");
    edge.toggleClass("selected", selected?.kind === "relation" && selected.id === id).toggleClass("on-path", onPath.relations.has(id));
    if (!passes.relations.has(id)) edge.addClass(off);
  });
}

function pathIds() {
  const relations = new Set(state.path?.answer?.paths[state.path.active] ?? []);
  const parties = new Set();
  for (const id of relations) {
    const relation = state.view.relations.get(id);
    if (relation) parties.add(relation.source).add(relation.target);
  }
  return { relations, parties };
}

/** Names stand at the selected party's relations and at inferred ones: as long as they are few and have room. */
function nameRelations() {
  const { view, selected } = state;
  const around = selected?.kind === "party" ? relationsOf(view, selected.id) : [];
  const inferred = [...view.relations.values()].filter((r) => r.standing === "inferred");
  const few = [around, inferred].filter((some) => some.length <= MOST_NAMED).flat();
  const named = new Set(few.filter((r) => hasRoom(view, r)).map((r) => r.id));
  if (selected?.kind === "relation") named.add(selected.id);
  cy.batch(() => cy.edges().forEach((edge) => void edge.toggleClass("named", named.has(edge.data("relation")))));
}

/** Whether a relation's name fits between its two parties. */
function hasRoom(view, relation) {
  const [a, b] = [view.positions.get(relation.source), view.positions.get(relation.target)];
  return Math.hypot(a.x - b.x, a.y - b.y) > stageRelation(relation).length * 10 + 50;
}

/** What toolbar, keys and tests ask of the stage. */
export const stage = {
  fit() {
    cy.fit(cy.elements(":visible"), 34);
    if (cy.zoom() > 1.25) {
      cy.zoom(1.25);
      cy.center(cy.elements(":visible"));
    }
  },
  zoom: (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } }),
  aspect: () => (cy && cy.height() ? cy.width() / cy.height() : 1.2),
  centreOn(id) {
    const node = cy.getElementById(id);
    if (node.nonempty()) calm ? cy.center(node) : cy.animate({ center: { eles: node }, duration: 200 });
  },
  positions: () => Object.fromEntries(cy.nodes().map((n) => [n.id(), { ...n.position() }])),
  /** Where a party is drawn, in px of the window. */
  onScreen(id) {
    const frame = cy.container().getBoundingClientRect();
    const point = cy.getElementById(id).renderedPosition();
    return { x: frame.left + point.x, y: frame.top + point.y };
  },
  /** Size on screen of the smallest key name, px. */
  keyNamePx: () => Math.min(...cy.nodes(".key").map((n) => n.numericStyle("font-size"))) * cy.zoom(),
};
