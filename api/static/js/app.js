/** The page put together: login, or header, side, stage and panel. */
import { Header, Preferences } from "./header.js";
import { Component, html } from "./html.js";
import { number, t, word } from "./i18n.js";
import { IconButton } from "./marks.js";
import { Overlays } from "./overlays.js";
import { Notice, Panel } from "./panel.js";
import { passing } from "./filters.js";
import { Side } from "./side.js";
import { mountStage, stage } from "./stage.js";
import { act } from "./actions.js";
import { state, update } from "./store.js";
import { Table } from "./table.js";

/** The canvas belongs to cytoscape: mounted once, never rendered again. */
class Canvas extends Component {
  componentDidMount() {
    mountStage(this.base);
  }

  shouldComponentUpdate() {
    return false;
  }

  render() {
    return html`<div class="canvas"></div>`;
  }
}

const Start = () => html`<div class="start"><h2>${t("start.title")}</h2><p>${t("start.text")}</p><${Notice} /></div>`;

const StageBar = () => html`<div class="stage-bar">
  <span class="muted grow">${state.view.parties.get(state.view.centre)?.name ?? ""}</span>
  <div class="switch" role="group">
    ${[false, true].map(
      (table) => html`<button type="button" aria-pressed=${state.table === table} onClick=${() => update({ table })}>
        ${t(table ? "action.table" : "action.graph")}</button>`,
    )}</div></div>`;

function StatusLine() {
  const { view, filters } = state;
  const passes = passing(view, filters);
  const part = (all, some, key) => html`<b>${number(all)}</b> ${t(key)}${some < all && ` ${t("status.filtered", { n: number(some) })}`}`;
  return html`<footer class="status">
    <span class="zoom">
      <${IconButton} glyph="plus" name=${t("action.zoomIn")} run=${() => stage.zoom(1.3)} />
      <${IconButton} glyph="minus" name=${t("action.zoomOut")} run=${() => stage.zoom(1 / 1.3)} />
      <${IconButton} glyph="fit" name=${`${t("action.fit")} (F)`} run=${() => stage.fit()} />
      <${IconButton} glyph="layout" name=${t("action.layout")} run=${() => act.relayout()} disabled=${view.parties.size < 2} />
    </span>
    <span class="counts-line">${part(view.parties.size, passes.parties.size, "status.parties")} · ${part(view.relations.size, passes.relations.size, "status.relations")}</span>
    <span class="spacer"></span><span class="muted hints">${t("status.hints")}</span>
  </footer>`;
}

/** Says the selection to screen readers. */
function Announcer() {
  const party = state.selected?.kind === "party" ? state.view.parties.get(state.selected.id) : null;
  const text = party && t("aria.selected", { name: party.name, kind: word("kind", party.kind), risk: t(`class.${party.risk_class ?? "none"}`) });
  return html`<div class="hidden" aria-live="polite">${text}</div>`;
}

const Stage = () => html`<main class="stage">
  ${state.view.parties.size > 0 && html`<${StageBar} />`}
  <div class="stage-body">
    <div class=${`picture ${state.table ? "away" : ""}`} role="img" aria-label=${t("aria.stage", { n: state.view.parties.size })}><${Canvas} /></div>
    ${state.table && html`<${Table} />`}
    ${!state.view.parties.size && !state.busy && html`<${Start} />`}
    ${state.busy > 0 && html`<div class="busy" role="status">${t("start.loading")}</div>`}
  </div>
  <${StatusLine} />
</main>`;

const Login = ({ enter }) => html`<div class="login"><div class="preferences"><${Preferences} /></div>
  <form onSubmit=${(e) => (e.preventDefault(), enter(e.target.elements.token.value))}>
    <h1>${t("app.title")}</h1><h2>${t("login.title")}</h2><p class="muted">${t("login.text")}</p>
    <label>${t("login.token")}<input name="token" type="password" autocomplete="off" required /></label>
    ${state.loginError && html`<p class="fault" role="alert">${state.loginError}</p>`}
    <button type="submit" class="primary">${t("login.enter")}</button>
  </form></div>`;

export function App({ enter }) {
  if (state.phase === "boot") return html`<p class="boot" role="status">${t("panel.loading")}</p>`;
  if (state.phase === "login") return html`<${Login} enter=${enter} />`;
  return html`<div class="frame"><${Header} /><${Side} /><${Stage} /><${Panel} /><${Announcer} /><${Overlays} /></div>`;
}
