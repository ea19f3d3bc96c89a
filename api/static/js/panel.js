/** Evidence panel: who it is, the score and why, linked parties, peers, facts, and the sentence. */
import { act } from "./actions.js";
import { html } from "./html.js";
import { number, t, word } from "./i18n.js";
import { Facts } from "./panel_facts.js";
import { LeadCard } from "./panel_lead.js";
import { PathCard } from "./panel_path.js";
import { RecordsCard } from "./panel_records.js";
import { RelationCard } from "./panel_relation.js";
import { Parts, Peers, Score } from "./panel_score.js";
import { KindIcon, Swatch, standingOf } from "./marks.js";
import { loadFile, openRecords } from "./panel_data.js";
import { state } from "./store.js";
import { tallies } from "./view.js";

const Who = ({ party }) => html`<div class="who">
  <${KindIcon} kind=${party.kind} risk=${party.risk_class} size=${48} />
  <div><h2>${party.name}</h2>
    <p class="muted">${[word("kind", party.kind), party.town, party.status && word("status", party.status)].filter(Boolean).join(" · ")}</p>
    ${party.code && html`<p class="muted code">${party.code}</p>`}</div>
</div>`;

const Buttons = ({ party }) => html`<div class="buttons">
  <button type="button" class="primary" onClick=${() => act.expand(party.id)}>${t("action.expandAll")}</button>
  <button type="button" onClick=${() => act.pathFrom(party.id)}>${t("action.path")}</button>
  <button type="button" aria-pressed=${state.view.pinned.has(party.id)} onClick=${() => act.pin(party.id)}>
    ${t(state.view.pinned.has(party.id) ? "action.unpin" : "action.pin")}</button>
  <button type="button" onClick=${() => act.collapse(party.id)}>${t("action.collapse")}</button>
</div>`;

function CountRow({ party, count }) {
  const { shown } = count;
  const standing = standingOf(count.type);
  const name = word("relation", count.type) + (standing === "inferred" ? `·${t("standing.verify")}` : "");
  return html`<tr>
    <td><${Swatch} type=${count.type} standing=${standing} /></td>
    <td>${name}${count.hub && html` <span class="muted small">${t("panel.hub")}</span>`}</td>
    <td class="num">${number(shown)} / ${number(count.total)}</td>
    <td>${
      shown < count.total
        ? html`<button type="button" class="small" onClick=${() => act.expand(party.id, count.type)}
            aria-label=${t("action.expandOf", { relation: name })}>${t(shown > 0 ? "action.more" : "action.expand")}</button>`
        : html`<span class="muted small">${t("panel.shownAll")}</span>`
    }</td></tr>`;
}

const Relations = ({ party, counts }) =>
  counts.length > 0 &&
  html`<section><h3>${t("panel.relations")}</h3><table class="counts"><tbody>
    ${tallies(state.view, party.id, counts).map((count) => html`<${CountRow} key=${count.type} party=${party} count=${count} />`)}
  </tbody></table></section>`;

const RelatedLeads = ({ ids }) => {
  const known = state.leads.items.filter((lead) => ids.includes(lead.id));
  return (
    known.length > 0 &&
    html`<section><h3>${t("leads.of")}</h3><ul class="plain">
      ${known.map((lead) => html`<li><button type="button" class="link" onClick=${() => act.openLead(lead)}>${lead.title}</button></li>`)}
    </ul></section>`
  );
};

function FileBody({ party, file, lead }) {
  if (file.id !== party.id || file.loading) return html`<p class="muted" role="status">${t("panel.loading")}</p>`;
  if (file.error) return html`<p class="fault">${file.error} <button type="button" onClick=${() => loadFile(party.id)}>${t("action.retry")}</button></p>`;
  const { data } = file;
  return html`<${Score} score=${data.score} />
    <${Buttons} party=${party} />
    ${lead && html`<${LeadCard} lead=${lead} />`}
    <${Parts} score=${data.score} />
    <${Relations} party=${party} counts=${data.counts} />
    <${Peers} score=${data.score} />
    <${RelatedLeads} ids=${data.leads} />
    ${
      data.records.length > 0 &&
      html`<section><button type="button" class="link" onClick=${() => openRecords(t("panel.allRecords"), data.records.map((r) => r.id))}>
        ${t("panel.allRecords")} (${data.records.length})</button></section>`
    }
    <${Facts} file=${data} />`;
}

export const Notice = () => html`<p class="notice"><b>${t("notice.lead")}</b>${state.lang === "en" ? ". " : "。"}${t("notice.check")}</p>`;

const Versions = () =>
  state.meta?.snapshot &&
  html`<p class="muted small versions">${t("panel.asOf", { date: state.meta.data_date })}<br />
    ${t("panel.versions", { score: state.meta.scorecard_version, rules: state.meta.rule_pack, snapshot: state.meta.snapshot })}</p>`;

function Content() {
  const { selected, view, file, lead } = state;
  if (selected?.kind === "relation" && view.relations.has(selected.id)) return html`<${RelationCard} relation=${view.relations.get(selected.id)} />`;
  const party = selected?.kind === "party" ? view.parties.get(selected.id) : null;
  if (party) return html`<${Who} party=${party} /><${FileBody} party=${party} file=${file} lead=${lead} />`;
  if (lead) return html`<${LeadCard} lead=${lead} />`;
  return html`<p class="muted">${t("panel.empty")}</p>`;
}

export const Panel = () => html`<aside class="panel" aria-label=${t("panel.title")}>
  ${state.path && html`<${PathCard} path=${state.path} />`}
  ${state.records ? html`<${RecordsCard} records=${state.records} />` : html`<${Content} />`}
  <${Notice} /><${Versions} />
</aside>`;
