/** What is registered about a party. */
import { html } from "./html.js";
import { number, t, word } from "./i18n.js";

const LISTS = { status: "status", entity_type: "entity" };

function shown(key, value) {
  if (typeof value === "boolean") return t(`fact.${value}`);
  if (typeof value === "number") return number(value, 2);
  return key in LISTS ? word(LISTS[key], value) : value;
}

export function Facts({ file }) {
  const facts = Object.entries(file.facts).filter(([, value]) => value !== null && value !== "");
  if (!facts.length) return null;
  return html`<section><h3>${t("panel.facts")}</h3><dl class="facts">
    ${facts.map(([key, value]) => html`<div key=${key}><dt>${word("fact", key)}</dt><dd>${shown(key, value)}</dd></div>`)}
  </dl></section>`;
}
