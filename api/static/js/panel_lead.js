/** The lead a picture was opened from: what was seen against what was expected. */
import { act } from "./actions.js";
import { html } from "./html.js";
import { number, probability, t, word } from "./i18n.js";
import { openRecords } from "./panel_data.js";
import { Handling } from "./panel_handling.js";
import { state } from "./store.js";

const MOST_PARTIES = 12;

const figures = (e) =>
  [
    e.seen !== null && `${t("evidence.seen")} ${number(e.seen, 2)}`,
    e.expected !== null && `${t("evidence.expected")} ${number(e.expected, 2)}`,
    e.p !== null && `${t("evidence.p")} ${probability(e.p)}`,
    e.first && (e.last && e.last !== e.first ? `${e.first} – ${e.last}` : e.first),
  ].filter(Boolean);

/** Evidence comes in Chinese and English; what a snapshot of before has only in Chinese stays so. */
const worded = (text, english) => (state.lang === "en" && english ? english : text);

const Item = ({ evidence, title }) => html`<li class="part">
  <p>${worded(evidence.text, evidence.text_en)}</p>
  <p class="muted small">${figures(evidence).join(" · ")}</p>
  ${evidence.legal_basis && html`<p class="muted small">${t("evidence.basis")}: ${evidence.legal_basis}</p>`}
  ${evidence.lowers && html`<p class="good-note small">${t("evidence.lowers")}: ${worded(evidence.lowers, evidence.lowers_en)}</p>`}
  ${
    evidence.records.length > 0 &&
    html`<button type="button" class="link" onClick=${() => openRecords(title, evidence.records)}>${t("panel.records", { n: evidence.records.length })}</button>`
  }
</li>`;

const Subject = ({ id }) => {
  const party = state.view.parties.get(id);
  return party && html`<button type="button" class="tag-button" onClick=${() => act.select(id)}>${party.name}</button>`;
};

export const LeadCard = ({ lead }) => html`<section class="lead-card">
  <h3>${t("leads.evidence")}</h3>
  <p><span class="tag">${word("lead", lead.kind)}</span></p>
  <p><b>${lead.title}</b></p>
  <p class="muted small">${lead.summary}${lead.confidence !== null && ` · ${t("leads.confidence", { p: probability(lead.confidence) })}`}</p>
  <${Handling} lead=${lead} />
  <ul class="plain">${lead.evidence.map((evidence) => html`<${Item} evidence=${evidence} title=${lead.title} />`)}</ul>
  <p class="subjects">${lead.parties.slice(0, MOST_PARTIES).map((id) => html`<${Subject} key=${id} id=${id} />`)}</p>
</section>`;
