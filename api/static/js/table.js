/** Table view: the same parties, filters and selection as the picture. */
import { act } from "./actions.js";
import { passing } from "./filters.js";
import { html } from "./html.js";
import { number, t, word } from "./i18n.js";
import { ClassChip, KindIcon } from "./marks.js";
import { relationName } from "./relation_text.js";
import { state, update } from "./store.js";
import { otherEnd, relationsOf } from "./view.js";
import { isSymmetric } from "./visual.js";

const SHOWN = 4; // relations of a row before "… more"
const COLUMNS = ["name", "kind", "class", "score", "relations"];
const RANK = { D: 4, C: 3, B: 2, A: 1 };
const compareText = (a, b) => a.localeCompare(b, "zh-CN");

const ORDER = {
  name: (a, b) => compareText(a.name, b.name),
  kind: (a, b) => compareText(a.kind, b.kind),
  class: (a, b) => (RANK[a.risk_class] ?? 0) - (RANK[b.risk_class] ?? 0),
  score: (a, b) => (a.score ?? -1) - (b.score ?? -1),
  relations: (a, b) => relationsOf(state.view, a.id).length - relationsOf(state.view, b.id).length,
};

function rows() {
  const { parties } = passing(state.view, state.filters);
  const { column, down } = state.sort;
  const way = down ? -1 : 1;
  return [...state.view.parties.values()].filter((p) => parties.has(p.id)).sort((a, b) => way * ORDER[column](a, b) || compareText(a.id, b.id));
}

function Head({ column }) {
  const { sort } = state;
  const on = sort.column === column;
  const flip = () => update({ sort: { column, down: on ? !sort.down : true } });
  return html`<th scope="col" aria-sort=${on ? (sort.down ? "descending" : "ascending") : "none"}>
    <button type="button" class="sort" onClick=${flip}>${t(`table.${column}`)}<span aria-hidden="true">${on ? (sort.down ? " ↓" : " ↑") : ""}</span></button></th>`;
}

/** A relation as this party sees it: an arrow to the other, or from it. */
function oneRelation(relation, id) {
  const other = state.view.parties.get(otherEnd(relation, id));
  const arrow = isSymmetric(relation.type) ? "—" : relation.source === id ? "→" : "←";
  const verify = relation.standing === "inferred" ? `（${t("standing.verify")}）` : "";
  return `${relationName(relation)}${verify} ${arrow} ${other.name}`;
}

function Relations({ id }) {
  const all = relationsOf(state.view, id).map((r) => oneRelation(r, id));
  const rest = all.slice(SHOWN);
  return html`<ul class="plain">${all.slice(0, SHOWN).map((text) => html`<li>${text}</li>`)}</ul>
    ${rest.length > 0 && html`<details><summary>${t("table.more", { n: rest.length })}</summary><ul class="plain">${rest.map((text) => html`<li>${text}</li>`)}</ul></details>`}`;
}

const Row = ({ party }) => html`<tr class=${state.selected?.id === party.id ? "selected" : ""}>
  <th scope="row"><button type="button" class="link name" onClick=${() => act.select(party.id)}><${KindIcon} kind=${party.kind} risk=${party.risk_class} size=${22} />${party.name}</button></th>
  <td>${word("kind", party.kind)}</td>
  <td><${ClassChip} risk=${party.risk_class} /></td>
  <td class="num">${party.score === null ? "–" : number(party.score, 1)}</td>
  <td><${Relations} id=${party.id} /></td>
</tr>`;

export function Table() {
  const all = rows();
  return html`<div class="table-view" tabindex="0" role="region" aria-label=${t("table.caption")}>
    <table class="parties"><caption class="hidden">${t("table.caption")}</caption>
      <thead><tr>${COLUMNS.map((column) => html`<${Head} key=${column} column=${column} />`)}</tr></thead>
      <tbody>${all.map((party) => html`<${Row} key=${party.id} party=${party} />`)}</tbody></table>
    ${!all.length && html`<p class="muted">${t("table.empty")}</p>`}
  </div>`;
}
