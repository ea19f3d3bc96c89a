/** A relation that was clicked: kind, share, count, dates, on record or inferred. */
import { act } from "./actions.js";
import { html } from "./html.js";
import { number, t, word } from "./i18n.js";
import { IconButton, KindIcon, Swatch } from "./marks.js";
import { state } from "./store.js";
import { isSymmetric } from "./visual.js";

const End = ({ id }) => {
  const party = state.view.parties.get(id);
  return html`<button type="button" class="end" onClick=${() => act.select(id)}><${KindIcon} kind=${party.kind} risk=${party.risk_class} size=${26} />${party.name}</button>`;
};

export function RelationCard({ relation }) {
  const rows = [
    ["card.standing", t(`standing.${relation.standing}`)],
    ["card.share", relation.percent === null ? null : `${number(relation.percent, 2)}%`],
    ["card.label", relation.label],
    ["card.count", relation.count > 1 ? number(relation.count) : null],
    ["card.since", relation.valid_from],
    ["card.until", relation.valid_to],
    ["card.origin", relation.origin],
  ].filter(([, value]) => value);
  return html`<section class="relation-card">
    <div class="row"><h2 class="grow"><${Swatch} type=${relation.type} standing=${relation.standing} /> ${word("relation", relation.type)}</h2>
      <${IconButton} glyph="close" name=${t("action.close")} run=${act.unselect} /></div>
    <${End} id=${relation.source} /><p class="arrow" aria-hidden="true">${isSymmetric(relation.type) ? "↕" : "↓"}</p><${End} id=${relation.target} />
    <dl class="facts">${rows.map(([key, value]) => html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}
