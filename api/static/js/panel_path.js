/** The path that was asked for: listed as text, with its inferred steps called out; "none" is an answer. */
import { act } from "./actions.js";
import { html } from "./html.js";
import { probability, t } from "./i18n.js";
import { IconButton } from "./marks.js";
import { state } from "./store.js";

const hasInferred = (ids) => ids.some((id) => state.view.relations.get(id)?.standing === "inferred");

function Found({ path }) {
  const { answer, active } = path;
  if (answer.hops === null) return html`<p class="path-none" role="status"><b>${t("path.none", { n: answer.max_hops })}</b></p>`;
  return html`<p role="status"><b>${t("path.found", { n: answer.hops, k: answer.paths.length })}</b></p>
    <ol class="paths">${answer.texts.map(
      (text, i) => html`<li><button type="button" class=${i === active ? "current" : ""} aria-pressed=${i === active} onClick=${() => act.showPath(i)}>
        <b>${t("path.number", { n: i + 1 })}</b> ${text} <span class="muted">${t("path.strength", { p: probability(answer.strength[i]) })}</span>
        ${hasInferred(answer.paths[i]) && html`<span class="verify">${t("path.inferred")}</span>`}</button></li>`,
    )}</ol>`;
}

export const PathCard = ({ path }) => html`<section class="path-card">
  <div class="row"><h3 class="grow">${t("path.title")}</h3>
    <${IconButton} glyph="swap" name=${t("action.swap")} run=${act.swapPath} />
    <${IconButton} glyph="close" name=${t("action.close")} run=${act.closePath} /></div>
  ${path.loading && html`<p class="muted" role="status">${t("path.searching")}</p>`}
  ${path.error && html`<p class="fault">${path.error} <button type="button" onClick=${act.retryPath}>${t("action.retry")}</button></p>`}
  ${path.answer && html`<${Found} path=${path} />`}
  <label class="dimming"><input type="checkbox" checked=${path.throughHubs} onChange=${() => act.pathThroughHubs(!path.throughHubs)} />${t("path.hubs")}</label>
</section>`;
