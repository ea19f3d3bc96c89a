/** The visual language: every kind has shape, colour and glyph; every relation one hue and one dash. */

/** Glyphs, 24×24 strokes. Our own constants, the only markup that is not text. */
export const GLYPHS = {
  Company: "M6 20V5h8v15M14 10h4v10M4 20h16M9 8.5h2M9 12h2M9 15.5h2",
  Person: "M12 12a3.6 3.6 0 1 0 0-7.2 3.6 3.6 0 0 0 0 7.2M5.5 19.5c.6-3.8 3.2-5.2 6.5-5.2s5.9 1.4 6.5 5.2",
  Shop: "M5 10v9h14v-9M4 9.5 6 5h12l2 4.5c-1.3 2-4 2-5.3 0-1.2 2-4.2 2-5.4 0-1.3 2-4 2-5.3 0zM10 19v-4.5h4V19",
  Platform: "M4 6h16v10H4zM9 20h6M12 16v4",
  Complainant: "M5 10v4h3l6 4V6l-6 4zM17 9.5c1 1.5 1 3.5 0 5",
  Address: "M12 20.5c4-4.5 6-7.6 6-10.3a6 6 0 1 0-12 0c0 2.7 2 5.8 6 10.3zM12 12.2a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  Phone: "M7 4.5h3l1.2 4-2 1.5c.9 2 2.3 3.4 4.3 4.3l1.5-2 4 1.2v3c0 1.2-.9 2-2 2C10.5 18 6 13.5 5 7c0-1.3.8-2.5 2-2.5z",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 20 20",
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "m15 14 5-5-5-5M20 9H10a6 6 0 0 0 0 12h3",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  layout: "M20 7v5h-5M4 17v-5h5M18.5 12A7 7 0 0 0 6 8.5M5.5 12A7 7 0 0 0 18 15.5",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  swap: "M7 4v14M4 15l3 3 3-3M17 20V6M14 9l3-3 3 3",
};

const SHIELD = [0, -1, 0.86, -0.68, 0.86, 0.1, 0.5, 0.68, 0, 1, -0.5, 0.68, -0.86, 0.1, -0.86, -0.68];
const DIAMOND = [0, -1, 1, 0, 0, 1, -1, 0];
const HEXAGON = [0, -1, 0.88, -0.5, 0.88, 0.5, 0, 1, -0.88, 0.5, -0.88, -0.5];

/** Kinds of parties, in the order of the legend. `size` in px, `corners` for the legend's own drawing. */
export const KINDS = {
  Company: { shape: "round-rectangle", colour: "#2458c6", size: 34 },
  Person: { shape: "ellipse", colour: "#6a48bd", size: 34 },
  Shop: { shape: "polygon", corners: SHIELD, colour: "#0f7f78", size: 38 },
  Platform: { shape: "polygon", corners: HEXAGON, colour: "#3d4a5f", size: 36 },
  Complainant: { shape: "polygon", corners: DIAMOND, colour: "#a8500f", size: 42 },
  Address: { shape: "ellipse", colour: "#64748b", size: 24 },
  Phone: { shape: "round-rectangle", colour: "#64748b", size: 22 },
};

/** Classes, worst first. `ring` in px, 0 for none. */
export const CLASSES = {
  D: { colour: "#b21f24", ring: 4 },
  C: { colour: "#b85c0a", ring: 2.5 },
  B: { colour: "#7a6510", ring: 0 },
  A: { colour: "#1f7a48", ring: 0 },
};

/** One hue per relation: [light theme, dark theme]. Order is that of the legend. */
export const RELATIONS = {
  LEGAL_REP: ["#2458c6", "#7da2f2"],
  SHAREHOLDER: ["#6a48bd", "#a995ec"],
  OFFICER: ["#3f7d20", "#8cc66d"],
  CONTROLS: ["#9a1f63", "#ec86bd"],
  BRANCH_OF: ["#48617f", "#9db4d0"],
  OPERATES: ["#0f7f78", "#4fc4bb"],
  COMPLAINED: ["#b85c0a", "#f0a35e"],
  HIDDEN_LINK: ["#b0184f", "#f58aae"],
  ON_PLATFORM: ["#64748b", "#9aa8ba"],
  REGISTERED_AT: ["#64748b", "#9aa8ba"],
  PHONE_OF: ["#7b6a52", "#c0ad92"],
  DELIVERED_TO: ["#7b6a52", "#c0ad92"],
};
const OTHER = ["#48617f", "#9db4d0"];
export const hue = (type, theme) => (RELATIONS[type] ?? OTHER)[theme === "dark" ? 1 : 0];

const SYMMETRIC = new Set(["HIDDEN_LINK"]);
export const isSymmetric = (type) => SYMMETRIC.has(type);

export const DASH = { recorded: "", inferred: "5 3", context: "1.5 3" };

const CITY = /^(?:[\u4e00-\u9fff]{2,3}省)?(?:[\u4e00-\u9fff]{2,3}市)?/u;
const FORM = /(?:股份有限公司|有限责任公司|有限公司|（个体工商户）|\(个体工商户\))$/u;

/** Name for the stage: a company's without city and legal form; panel and exports use the full one. */
export function stageName(party) {
  if (party.kind !== "Company") return cut(party.name, party.kind === "Address" ? 14 : 12);
  return cut(party.name.replace(CITY, "").replace(FORM, "") || party.name, 12);
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** How much a party deserves its name when the picture is small. */
export const importance = (party) =>
  ({ D: 3000, C: 2000, B: 1000 }[party.risk_class] ?? 0) + (party.score ?? 0) + Math.min(party.links, 500);

const svg = (body, box = "0 0 24 24") =>
  `data:image/svg+xml;utf8,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" width="48" height="48">${body}</svg>`)}`;

/** Glyph of a kind as an image for the canvas. */
export const glyphImage = (kind) =>
  svg(`<path d="${GLYPHS[kind]}" fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>`);

/** Class letter in a disc as an image for the canvas. */
export const badgeImage = (risk) =>
  svg(
    `<circle cx="12" cy="12" r="11" fill="${CLASSES[risk].colour}" stroke="#fff" stroke-width="2"/>` +
      `<text x="12" y="16.8" text-anchor="middle" font-family="Arial,sans-serif" font-weight="700" font-size="13.5" fill="#fff">${risk}</text>`,
  );
