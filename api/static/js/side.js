/** Left side: leads to check, then the legend, which is also the filter. */
import { act } from "./actions.js";
import { NO_CLASS, counts, only, toggled } from "./filters.js";
import { html } from "./html.js";
import { number, t, word } from "./i18n.js";
import { ClassLetter, KindIcon, Swatch, standingOf } from "./marks.js";
import { loadLeads, openCalibration, showLeads } from "./panel_data.js";
import { state, update } from "./store.js";
import { CLASSES, KINDS, RELATIONS } from "./visual.js";

const STATES = ["", "new", "assigned", "confirmed", "dismissed", "expired"];

const StateFilter = () => html`<p class="row">
  <select class="grow" aria-label=${t("leads.state")} value=${state.leadState} onChange=${(e) => showLeads(e.target.value)}>
    ${STATES.map((value) => html`<option value=${value}>${t(`state.${value || "open"}`)}</option>`)}</select>
  <button type="button" class="link" onClick=${openCalibration}>${t("calibration.title")}</button></p>`;

const LeadCard = ({ lead }) => html`
  <li><button type="button" class=${`lead ${state.lead?.id === lead.id ? "current" : ""}`} onClick=${() => act.openLead(lead)}>
    <span class="lead-kind">${word("lead", lead.kind)}<span class="muted">${t("leads.rank", { n: lead.rank })}</span></span>
    <b>${lead.title}</b>${lead.state !== "new" && html`<span class=${`tag state-${lead.state}`}>${t(`state.${lead.state}`)}</span>`}<span class="muted">${lead.summary}</span>
  </button></li>`;

function Leads() {
  const { items, loading, error, more } = state.leads;
  return html`<section aria-labelledby="leads-title">
    <h2 id="leads-title">${t("leads.title")}</h2>
    <${StateFilter} />
    <ul class="leads">${items.map((lead) => html`<${LeadCard} key=${lead.id} lead=${lead} />`)}</ul>
    ${loading && html`<p class="muted" role="status">${t("panel.loading")}</p>`}
    ${error && html`<p class="fault">${error} <button type="button" onClick=${() => loadLeads()}>${t("action.retry")}</button></p>`}
    ${!loading && !error && !items.length && html`<p class="muted">${t("leads.empty")}</p>`}
    ${more && !loading && html`<button type="button" class="wide" onClick=${() => loadLeads(true)}>${t("action.loadMore")}</button>`}
  </section>`;
}

const setFilters = (filters) => update({ filters });

function Tick({ name, value, all, count, mark, text }) {
  const off = state.filters[name].has(value);
  return html`<li class="tick">
    <label><input type="checkbox" checked=${!off} onChange=${() => setFilters(toggled(state.filters, name, value))} />
      <span class="mark">${mark}</span><span class="grow" title=${text}>${text}</span></label>
    <button type="button" class="only" onClick=${() => setFilters(only(state.filters, name, value, all))}
      aria-label=${`${t("action.only")} ${text}`}>${t("action.only")}</button>
    <span class="count">${number(count ?? 0)}</span>
  </li>`;
}

const Block = ({ title, name, values, tally, markOf, textOf }) => html`
  <fieldset><legend>${title}</legend><ul>
    ${values.map((value) => html`<${Tick} key=${value} name=${name} value=${value} all=${values} count=${tally.get(value)} mark=${markOf(value)} text=${textOf(value)} />`)}
  </ul></fieldset>`;

/** What occurs on the view, in the order of the legend; unknown kinds last. */
const occurring = (order, present) => [...order.filter((v) => present.has(v)), ...[...present].filter((v) => !order.includes(v))];

function Legend() {
  const { view, filters } = state;
  const tally = counts(view, filters);
  const kinds = new Set([...view.parties.values()].map((p) => p.kind));
  const relations = new Set([...view.relations.values()].map((r) => r.type));
  const filtered = filters.classes.size + filters.kinds.size + filters.relations.size > 0;
  const reset = () => setFilters({ ...filters, classes: new Set(), kinds: new Set(), relations: new Set() });
  return html`<section aria-labelledby="legend-title">
    <h2 id="legend-title">${t("legend.title")}${filtered && html`<button type="button" class="link" onClick=${reset}>${t("action.reset")}</button>`}</h2>
    <${Block} title=${t("legend.class")} name="classes" values=${[...Object.keys(CLASSES), NO_CLASS]} tally=${tally.classes}
      markOf=${(v) => html`<${ClassLetter} risk=${v === NO_CLASS ? null : v} />`} textOf=${(v) => t(`class.${v}`)} />
    <${Block} title=${t("legend.kind")} name="kinds" values=${occurring(Object.keys(KINDS), kinds)} tally=${tally.kinds}
      markOf=${(v) => html`<${KindIcon} kind=${v} />`} textOf=${(v) => word("kind", v)} />
    <${Block} title=${t("legend.relation")} name="relations" values=${occurring(Object.keys(RELATIONS), relations)} tally=${tally.relations}
      markOf=${(v) => html`<${Swatch} type=${v} standing=${standingOf(v)} />`}
      textOf=${(v) => word("relation", v) + (standingOf(v) === "inferred" ? `·${t("standing.verify")}` : "")} />
    <label class="dimming"><input type="checkbox" checked=${filters.dim} onChange=${() => setFilters({ ...filters, dim: !filters.dim })} />${t("legend.dim")}</label>
    <p class="muted small">${t("legend.dash")}</p>
  </section>`;
}

export const Side = () => html`<nav class="side" aria-label=${t("leads.title")}><${Leads} />${state.view.parties.size > 0 && html`<${Legend} />`}</nav>`;
