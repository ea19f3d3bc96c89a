/** What the evidence panel reads: the credit file of the selected party, records, leads. */
import { api } from "./api.js";
import { t } from "./i18n.js";
import { guarded, problemText } from "./problems.js";
import { say, state, update } from "./store.js";

const KEEP = 60; // credit files kept in memory
const LEADS = 20;
const RECORDS = 100; // opened at once
const files = new Map();

/** Load the credit file of a party; a late answer never replaces a newer choice. */
export async function loadFile(id) {
  const key = `${state.day} ${id}`;
  if (files.has(key)) return update({ file: { id, data: files.get(key), loading: false, error: "" } });
  update({ file: { id, data: null, loading: true, error: "" } });
  try {
    const data = await api.file(id);
    files.set(key, data);
    if (files.size > KEEP) files.delete(files.keys().next().value);
    if (state.file.id === id && key.startsWith(`${state.day} `)) update({ file: { id, data, loading: false, error: "" } });
  } catch (error) {
    if (state.file.id === id) update({ file: { id, data: null, loading: false, error: problemText(error) } });
  }
  return undefined;
}

/** Open records in the panel. */
export async function openRecords(title, ids) {
  const records = { title, ids, items: [], loading: true, error: "" };
  update({ records });
  try {
    const items = await api.records(ids.slice(0, RECORDS));
    if (state.records === records) update({ records: { ...records, items, loading: false } });
  } catch (error) {
    if (state.records === records) update({ records: { ...records, loading: false, error: problemText(error) } });
  }
}

/** Load the first leads, or the next ones. */
export async function loadLeads(more = false) {
  const items = more ? state.leads.items : [];
  const asked = { ...state.leads, items, loading: true, error: "" };
  // A late answer never replaces that of a newer question.
  const answer = (patch) => state.leads === asked && update({ leads: { ...asked, loading: false, ...patch } });
  update({ leads: asked });
  try {
    const found = await api.leads({ state: state.leadState || null, offset: items.length, limit: LEADS });
    answer({ items: [...items, ...found], more: found.length === LEADS });
  } catch (error) {
    answer({ error: problemText(error), more: false });
  }
}

/** Show the leads of one state. */
export function showLeads(leadState) {
  update({ leadState });
  return loadLeads();
}

/** Send a decision; the lead stays open in its new state, the list is read again. */
export const handleLead = (lead, decision) =>
  guarded(async () => {
    const handled = await api.handle(lead.id, decision);
    update({ lead: handled, handling: null });
    say(t("handling.done"));
    await loadLeads();
  });

/** Open the comparison of stated confidence with decisions. */
export const openCalibration = () => guarded(async () => update({ calibration: { rows: await api.calibration() } }));
