/** Records opened from a part of the score or from a lead: evidence down to its source. */
import { html } from "./html.js";
import { number, t, word } from "./i18n.js";
import { IconButton } from "./marks.js";
import { openRecords } from "./panel_data.js";
import { update } from "./store.js";

const rowsOf = (record) => [
  ["record.decided", record.decided],
  ["record.department", record.department],
  ["record.document", record.document],
  ["record.basis", record.legal_basis],
  ["record.result", record.result],
  ["record.amount", record.amount === null ? null : number(record.amount, 2)],
  ["record.status", record.status && word("recordstatus", record.status)],
  ["record.public", record.public_to],
  ["record.source", record.source],
];

const Item = ({ record }) => html`<li class="record">
  <b>${record.title}</b> <span class="tag">${word("recordkind", record.kind)}</span>
  <dl class="facts">${rowsOf(record)
    .filter(([, value]) => value !== null && value !== "" && value !== undefined)
    .map(([key, value]) => html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>`)}</dl>
</li>`;

export const RecordsCard = ({ records }) => html`<section class="records">
  <div class="row"><h3 class="grow">${records.title}</h3>
    <${IconButton} glyph="close" name=${t("action.close")} run=${() => update({ records: null })} /></div>
  ${records.loading && html`<p class="muted" role="status">${t("panel.loading")}</p>`}
  ${records.error && html`<p class="fault">${records.error} <button type="button" onClick=${() => openRecords(records.title, records.ids)}>${t("action.retry")}</button></p>`}
  ${!records.loading && !records.error && !records.items.length && html`<p class="muted">${t("record.none")}</p>`}
  ${records.items.length > 0 && records.items.length < records.ids.length && html`<p class="muted small">${t("record.first", { n: records.items.length, total: records.ids.length })}</p>`}
  <ul class="plain">${records.items.map((record) => html`<${Item} key=${record.id} record=${record} />`)}</ul>
</section>`;
