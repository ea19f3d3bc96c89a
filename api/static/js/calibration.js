/** Stated confidence of leads against what people confirmed: one line per kind and band, drawn and in figures. */
import { html } from "./html.js";
import { number, t, word } from "./i18n.js";

const percent = (share) => `${number(share * 100)}%`;

/** The interval as a bar, the stated confidence as a tick: a tick outside its bar is a confidence that is wrong. */
const Bar = ({ row }) => html`<svg class="interval" viewBox="0 0 100 14" role="img" preserveAspectRatio="none"
    aria-label=${t("calibration.bar", { low: percent(row.low), high: percent(row.high), stated: percent(row.stated) })}>
  <rect class="track" x="0" y="6" width="100" height="2" />
  <rect class="range" x=${row.low * 100} y="3" width=${(row.high - row.low) * 100} height="8" />
  <rect class="stated" x=${row.stated * 100 - 0.6} y="0" width="1.2" height="14" /></svg>`;

const verdict = (row) => (row.stated > row.high ? "tooSure" : row.stated < row.low ? "tooModest" : "fits");

const Row = ({ row }) => html`<tr><th scope="row">${word("lead", row.kind)}</th>
  <td class="num">${percent(row.stated)}</td><td class="num">${number(row.confirmed)} / ${number(row.confirmed + row.dismissed)}</td>
  <td><${Bar} row=${row} /></td><td>${t(`calibration.${verdict(row)}`)}</td></tr>`;

export const Calibration = ({ rows }) =>
  rows.length === 0
    ? html`<p class="muted">${t("calibration.empty")}</p>`
    : html`<table class="calibration"><thead><tr>
        ${["kind", "stated", "confirmed", "interval", "verdict"].map((name) => html`<th scope="col">${t(`calibration.${name}`)}</th>`)}
      </tr></thead><tbody>${rows.map((row) => html`<${Row} key=${row.kind + row.band} row=${row} />`)}</tbody></table>
      <p class="muted small">${t("calibration.text")}</p>`;
