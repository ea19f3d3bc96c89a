/** What people decide about a lead: assign, confirm, dismiss for a reason, reopen; and what was decided before. */
import { handleLead } from "./panel_data.js";
import { html } from "./html.js";
import { t, word } from "./i18n.js";
import { state, update } from "./store.js";

export const REASONS = ["explained", "wrong_party", "no_violation", "too_weak", "duplicate", "other"];
const OFFICERS = ["analyst", "supervisor"];

const form = (patch) => update({ handling: { ...state.handling, ...patch } });

const LeadState = ({ lead }) => html`<p><span class=${`tag state-${lead.state}`}>${t(`state.${lead.state}`)}</span>
  ${lead.state === "assigned" && html` <span class="muted small">${lead.assignee}</span>`}
  ${lead.state === "dismissed" && html` <span class="muted small">${word("reason", lead.reason)}</span>`}
  ${lead.returned > 0 && html` <span class="muted small">${t("handling.returned", { n: lead.returned })}</span>`}</p>`;

/** The one field a decision needs beside its note. */
function Detail({ action, detail }) {
  if (action === "assign")
    return html`<label>${t("handling.assignee")} <input value=${detail} maxlength="80" required onInput=${(e) => form({ detail: e.target.value })} /></label>`;
  if (action === "dismiss")
    return html`<label>${t("handling.reason")} <select value=${detail} onChange=${(e) => form({ detail: e.target.value })}>
      ${REASONS.map((reason) => html`<option value=${reason}>${t(`reason.${reason}`)}</option>`)}</select></label>`;
  return null;
}

function Form({ lead, handling }) {
  const { action, detail, note } = handling;
  const needsNote = action === "note" || (action === "dismiss" && detail === "other");
  const send = (event) => {
    event.preventDefault();
    handleLead(lead, { action, note, ...(action === "assign" && { assignee: detail }), ...(action === "dismiss" && { reason: detail }) });
  };
  return html`<form class="handling" onSubmit=${send}>
    <${Detail} action=${action} detail=${detail} />
    <label>${t("handling.note")} <textarea rows="2" maxlength="2000" required=${needsNote} value=${note} onInput=${(e) => form({ note: e.target.value })}></textarea></label>
    <div class="buttons"><button type="submit" class="primary">${t(`handling.${action}`)}</button>
      <button type="button" onClick=${() => update({ handling: null })}>${t("action.cancel")}</button></div>
  </form>`;
}

const ACTIONS = { new: ["confirm", "dismiss", "assign", "note"], assigned: ["confirm", "dismiss", "assign", "note"] };

const choices = (lead) => ACTIONS[lead.state] ?? ["reopen", "note"];

const Buttons = ({ lead }) => html`<div class="buttons">${choices(lead).map(
  (action) => html`<button type="button" key=${action}
    onClick=${() => update({ handling: { lead: lead.id, action, detail: action === "dismiss" ? REASONS[0] : "", note: "" } })}>${t(`handling.${action}`)}</button>`,
)}</div>`;

export const Handling = ({ lead }) => html`<${LeadState} lead=${lead} />
  ${
    OFFICERS.includes(state.meta?.role) &&
    (state.handling?.lead === lead.id ? html`<${Form} lead=${lead} handling=${state.handling} />` : html`<${Buttons} lead=${lead} />`)
  }`;
