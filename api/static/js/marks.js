/** Small drawings: glyphs, kind icons in their true shapes, class letters, relation swatches. */
import { html } from "./html.js";
import { t } from "./i18n.js";
import { state } from "./store.js";
import { CLASSES, DASH, GLYPHS, KINDS, hue } from "./visual.js";

export const Glyph = ({ name, size = 18 }) => html`
  <svg class="glyph" viewBox="0 0 24 24" width=${size} height=${size} aria-hidden="true">
    <path d=${GLYPHS[name]} fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" />
  </svg>`;

const outline = (look, r) => {
  if (look.corners) {
    const points = look.corners.map((v) => 16 + v * r * 1.08);
    return html`<polygon points=${points.join(" ")} />`;
  }
  if (look.shape === "ellipse") return html`<circle cx="16" cy="16" r=${r} />`;
  return html`<rect x=${16 - r} y=${16 - r} width=${2 * r} height=${2 * r} rx=${r * 0.3} />`;
};

/** Icon of a party as the stage draws it: shape, colour, glyph, and the ring and letter of classes C and D. */
export function KindIcon({ kind, risk = null, size = 20 }) {
  const look = KINDS[kind];
  const ring = risk ? CLASSES[risk].ring : 0;
  const glyph = look.corners && kind === "Complainant" ? 0.56 : 0.72;
  return html`<svg class="kind-icon" viewBox="0 0 32 32" width=${size} height=${size} aria-hidden="true">
    <g fill=${look.colour} stroke=${ring ? CLASSES[risk].colour : "none"} stroke-width=${ring * 0.9}>${outline(look, ring ? 12 : 14)}</g>
    <g transform="translate(16 16) scale(${glyph}) translate(-12 -12)">
      <path d=${GLYPHS[kind]} fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />
    </g>
  </svg>`;
}

export const ClassLetter = ({ risk, size = 18 }) =>
  risk
    ? html`<svg class="class-letter" viewBox="0 0 24 24" width=${size} height=${size} aria-hidden="true">
        <circle cx="12" cy="12" r="12" fill=${CLASSES[risk].colour} />
        <text x="12" y="17" text-anchor="middle" font-weight="700" font-size="14" font-family="Arial,sans-serif" fill="#fff">${risk}</text>
      </svg>`
    : html`<span class="class-letter none" aria-hidden="true">–</span>`;

/** Class with letter and word, for lists. */
export const ClassChip = ({ risk }) =>
  html`<span class="chip"><${ClassLetter} risk=${risk} size=${17} />${t(`class.${risk ?? "none"}`)}</span>`;

export const Swatch = ({ type, standing }) => html`
  <svg class="swatch" viewBox="0 0 26 8" width="26" height="8" aria-hidden="true">
    <line x1="0" y1="4" x2="26" y2="4" stroke=${hue(type, state.theme)} stroke-width="2.6" stroke-dasharray=${DASH[standing]} />
  </svg>`;

/** A button with a glyph only; its name is for tooltip and screen reader. */
export const IconButton = ({ glyph, name, run, disabled = false, pressed }) => html`
  <button type="button" class="icon-button" title=${name} aria-label=${name} aria-pressed=${pressed} disabled=${disabled} onClick=${run}>
    <${Glyph} name=${glyph} />
  </button>`;

/** Standing of a relation kind, from the server's legend. */
export const standingOf = (type) => state.meta?.relations.find((r) => r.type === type)?.standing ?? "recorded";
