/** Where parties stand. The server places a picture; the page only fits it to the stage and places newcomers. */
import cytoscape from "../vendor/cytoscape.mjs";
import { otherEnd, relationsOf } from "./view.js";
import { KINDS, stageName } from "./visual.js";

cytoscape.use(globalThis.cytoscapeFcose);

const STEP = 118; // px between neighbours: a name of eight characters and air
export const NAME_WIDTH = 108; // px: eight characters of a key name
const LINE = 15;
const TIGHT = 0.8; // of the free spacing: a denser picture keeps bigger names when fitted
const EDGE = 0.56; // where outliers are kept, in sides of the picture
const GOLDEN = Math.PI * (3 - Math.sqrt(5)); // even spiral
const TRIES = 5000; // places looked at, up to 640 px away: a crowd of 300 parties has a gap within that

/** Room a party takes with its name below it. */
function box(party) {
  const size = KINDS[party.kind]?.size ?? 30;
  const text = stageName(party).length * 12;
  const lines = Math.ceil(text / NAME_WIDTH);
  return { w: Math.max(size, Math.min(text, NAME_WIDTH)) + 14, h: size + lines * LINE + 16, down: (lines * LINE) / 2 };
}

/** Positions of the server (unit-free) in px, spread to the proportions of the stage, names not overlapping. */
export function fromServer(network, aspect) {
  const points = network.parties.map((p) => network.positions[p.id] ?? [0, 0]);
  const across = spread(points.map((p) => p[0]));
  const down = spread(points.map((p) => p[1]));
  const side = TIGHT * STEP * Math.sqrt(network.parties.length);
  const stretch = Math.sqrt(Math.min(Math.max(aspect, 0.7), 1.8));
  const placed = new Map();
  network.parties.forEach((party, i) => {
    const [x, y] = points[i];
    placed.set(party.id, { x: across(x) * side * stretch, y: (down(y) * side) / stretch });
  });
  return separate(placed, new Map(network.parties.map((p) => [p.id, p])), new Set());
}

/** Map one coordinate to about −0.5…0.5 by the middle 90 %, so that a few parties far out do not shrink the rest. */
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  const [low, high] = [at(0.05), at(0.95)];
  return (value) => Math.min(Math.max((value - (low + high) / 2) / (high - low || 1), -EDGE), EDGE);
}

/** Push overlapping parties apart along the shorter way; those in `fixed` do not move. */
export function separate(positions, parties, fixed) {
  const rows = [...positions].map(([id, point]) => ({ id, x: point.x, y: point.y, fixed: fixed.has(id), ...box(parties.get(id)) }));
  for (let round = 0; round < 80; round += 1) {
    let moved = false;
    for (let i = 0; i < rows.length; i += 1) for (let j = 0; j < i; j += 1) moved = push(rows[i], rows[j]) || moved;
    if (!moved) break;
  }
  settle(rows);
  return new Map(rows.map((row) => [row.id, { x: Math.round(row.x * 10) / 10, y: Math.round(row.y * 10) / 10 }]));
}

/** Whoever still overlaps goes to the nearest free place on a spiral; pushing alone can get stuck between fixed ones. */
function settle(rows) {
  const placed = rows.filter((row) => row.fixed);
  for (const row of rows.filter((each) => !each.fixed)) {
    const { x, y } = row;
    for (let step = 0; step < TRIES && placed.some((other) => overlap(row, other)); step += 1) {
      const reach = 9 * Math.sqrt(step);
      row.x = x + reach * Math.cos(step * GOLDEN);
      row.y = y + reach * Math.sin(step * GOLDEN);
    }
    placed.push(row);
  }
}

function overlap(a, b) {
  const [dx, dy] = gap(a, b);
  return dx > 0.5 && dy > 0.5;
}

/** By how much two boxes overlap along x and along y. */
const gap = (a, b) => [(a.w + b.w) / 2 - Math.abs(a.x - b.x), (a.h + b.h) / 2 - Math.abs(a.y + a.down - b.y - b.down)];

function push(a, b) {
  if (a.fixed && b.fixed) return false;
  if (!overlap(a, b)) return false;
  const [overX, overY] = gap(a, b);
  const axis = overX < overY ? "x" : "y";
  const way = (axis === "x" ? a.x - b.x : a.y + a.down - b.y - b.down) < 0 ? -1 : 1;
  const by = (Math.min(overX, overY) + 1) * way;
  if (a.fixed) b[axis] -= by;
  else if (b.fixed) a[axis] += by;
  else {
    a[axis] += by / 2;
    b[axis] -= by / 2;
  }
  return true;
}

/** Place the parties of a network that are not on the view yet; everything already there stays where it is. */
export function placeNew(view, network, around) {
  const fresh = network.parties.filter((p) => !view.parties.has(p.id));
  if (!fresh.length) return new Map();
  const parties = new Map([...view.parties, ...network.parties.map((p) => [p.id, p])]);
  const start = startPoints(view, network, fresh, around);
  const positions = run(parties, new Map([...view.relations, ...network.relations.map((r) => [r.id, r])]), start, view.positions);
  return separate(positions, parties, new Set(view.positions.keys()));
}

/** First guess: on an arc around the party they hang on, on the side away from the middle of the picture. */
function startPoints(view, network, fresh, around) {
  const anchor = view.positions.get(around) ?? { x: 0, y: 0 };
  const all = [...view.positions.values()];
  const middle = { x: mean(all.map((p) => p.x)), y: mean(all.map((p) => p.y)) };
  const outward = Math.atan2(anchor.y - middle.y, anchor.x - middle.x);
  const radius = STEP * Math.max(1.3, fresh.length / 7);
  return new Map(
    fresh.map((party, i) => {
      const turn = outward + ((i + 0.5) / fresh.length - 0.5) * Math.PI * 1.5;
      return [party.id, { x: anchor.x + radius * Math.cos(turn), y: anchor.y + radius * Math.sin(turn) }];
    }),
  );
}

const mean = (values) => (values.length ? values.reduce((sum, v) => sum + v, 0) / values.length : 0);

function run(parties, relations, start, old) {
  const at = (id) => old.get(id) ?? start.get(id);
  const cy = cytoscape({
    headless: true,
    styleEnabled: true,
    style: [{ selector: "node", style: { width: "data(w)", height: "data(h)" } }],
    elements: [
      ...[...parties.values()].map((p) => ({ data: { id: p.id, w: box(p).w, h: box(p).h }, position: { ...at(p.id) } })),
      ...[...relations.values()]
        .filter((r) => parties.has(r.source) && parties.has(r.target))
        .map((r) => ({ data: { id: `e:${r.id}`, source: r.source, target: r.target } })),
    ],
  });
  const fixed = [...old].filter(([id]) => parties.has(id)).map(([nodeId, position]) => ({ nodeId, position }));
  seeded(() =>
    cy
      .layout({
        name: "fcose",
        quality: "default",
        randomize: false,
        animate: false,
        fit: false,
        numIter: 800,
        idealEdgeLength: STEP,
        nodeRepulsion: 9000,
        fixedNodeConstraint: fixed.length ? fixed : undefined,
      })
      .run(),
  );
  const placed = new Map([...parties.keys()].map((id) => [id, old.get(id) ?? { ...cy.getElementById(id).position() }]));
  cy.destroy();
  return placed;
}

/** fcose draws from the global random source: the same picture must come out every time (mulberry32). */
function seeded(work) {
  const original = Math.random;
  let a = 0x9e3779b9;
  Math.random = () => {
    a = (a + 0x6d2b79f5) | 0;
    let x = Math.imul(a ^ (a >>> 15), 1 | a);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
  try {
    work();
  } finally {
    Math.random = original;
  }
}

/** A new layout of everything that is not pinned, by the same rules. */
export function layAgain(view) {
  const pinned = new Map([...view.positions].filter(([id]) => view.pinned.has(id)));
  const rest = new Map([...view.positions].filter(([id]) => !view.pinned.has(id)));
  return separate(run(view.parties, view.relations, rest, pinned), view.parties, view.pinned);
}

/** The neighbour that lies best in a direction of the arrow keys. */
export function neighbourTowards(view, id, dx, dy) {
  const from = view.positions.get(id);
  let best = null;
  for (const relation of relationsOf(view, id)) {
    const other = otherEnd(relation, id);
    const to = view.positions.get(other);
    const [x, y] = [to.x - from.x, to.y - from.y];
    const along = (x * dx + y * dy) / (Math.hypot(x, y) || 1);
    if (along > 0.3 && (!best || along > best.along)) best = { other, along };
  }
  return best?.other ?? null;
}
