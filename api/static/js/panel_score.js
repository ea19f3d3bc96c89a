/** The score on its gauge, its parts that sum exactly, and the comparison with peers. */
import { html } from "./html.js";
import { number, t } from "./i18n.js";
import { ClassLetter } from "./marks.js";
import { openRecords } from "./panel_data.js";
import { CLASSES } from "./visual.js";

const FULL = 1000;
const LEAST_PEERS = 30; // with fewer a percentile says nothing
const points = (value) => (value > 0 ? "+" : value < 0 ? "−" : "") + number(Math.abs(value), 2);

/** Class limits come from the server: where B, C and D begin. */
function Gauge({ score }) {
  const edges = [0, ...score.class_limits, FULL];
  return html`<div class="gauge" role="img" aria-label=${t("panel.gauge", { score: number(score.score, 1), risk: score.risk_class })}>
    ${["A", "B", "C", "D"].map(
      (risk, i) => html`<i style=${{ width: `${((edges[i + 1] - edges[i]) / FULL) * 100}%`, background: CLASSES[risk].colour }}></i>`,
    )}
    <b style=${{ left: `${Math.min(Math.max(score.score / FULL, 0), 1) * 100}%` }}></b>
  </div>`;
}

function Part({ part, largest }) {
  const width = `${(Math.abs(part.points) / largest) * 100}%`;
  return html`<li class="part">
    <div class="row"><span class="grow">${part.title}</span><b class=${part.points < 0 ? "good" : "bad"}>${points(part.points)}</b></div>
    <div class="bar"><i class=${part.points < 0 ? "good" : "bad"} style=${{ width }}></i></div>
    <p class="muted small">${part.explanation}</p>
    ${part.path.length > 0 && html`<p class="muted small">${part.path.join(" → ")}</p>`}
    <p class="small meta"><span class="tag">${part.source}</span>
      ${part.last_date && html`<span class="muted">${part.last_date}</span>`}
      ${part.legal_basis && html`<span class="muted">${part.legal_basis}</span>`}
      ${
        part.records.length > 0 &&
        html`<button type="button" class="link" onClick=${() => openRecords(part.title, part.records)}>${t("panel.records", { n: part.records.length })}</button>`
      }</p>
  </li>`;
}

/** Number, class and gauge. */
export function Score({ score }) {
  if (!score) return html`<p class="muted">${t("panel.noScore")}</p>`;
  return html`<section class="score">
      <div class="row"><span class="big">${number(score.score, 1)}</span><span class="muted">${t("panel.outOf")}</span>
        <span class="class-name"><span><${ClassLetter} risk=${score.risk_class} size=${20} /> ${t(`class.${score.risk_class}`)}</span>
          <span class="muted small">${t("panel.score")}</span></span></div>
      <${Gauge} score=${score} />
      ${score.direct_rule && html`<p class="small">${t("panel.direct", { rule: score.direct_rule })}</p>`}
    </section>`;
}

/** The parts, the largest first, the base and the sum. */
export function Parts({ score }) {
  if (!score) return null;
  const parts = [...score.contributions].sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  const largest = Math.max(...parts.map((part) => Math.abs(part.points)), 1);
  return html`<section><h3>${t("panel.why")}</h3><ul class="plain">
      ${parts.map((part) => html`<${Part} key=${part.feature} part=${part} largest=${largest} />`)}
      <li class="row base"><span class="grow">${t("panel.base")}</span><b>${points(score.base)}</b></li>
      <li class="row base total"><span class="grow">${t("panel.sum")}</span><b>${number(score.score, 2)}</b></li>
    </ul></section>`;
}

export function Peers({ score }) {
  if (!score || score.peer_percentile === null || (score.peers ?? 0) < LEAST_PEERS) return null;
  const highest = Math.max(...score.peer_histogram, 1);
  const own = Math.min(Math.floor((score.score / FULL) * score.peer_histogram.length), score.peer_histogram.length - 1);
  return html`<section><h3>${t("panel.peers")}</h3>
    <p>${t("panel.peersAbove", { p: number(score.peer_percentile, 0) })}</p>
    <p class="muted small">${score.peer_group} · n=${number(score.peers)}</p>
    <div class="histogram" aria-hidden="true">
      ${score.peer_histogram.map((n, i) => html`<i class=${i === own ? "own" : ""} style=${{ height: `${Math.max((n / highest) * 100, 3)}%` }}></i>`)}
    </div></section>`;
}
