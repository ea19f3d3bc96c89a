/** What lies over the page: menu, question, keys, message, failure. */
import { act } from "./actions.js";
import { Calibration } from "./calibration.js";
import { Component, html } from "./html.js";
import { number, t, word } from "./i18n.js";
import { IconButton, Swatch, standingOf } from "./marks.js";
import { state, update } from "./store.js";
import { tallies } from "./view.js";

const WIDTH = 232;

const Item = ({ text, keys = "", run, mark = null, disabled = false }) => html`
  <li role="none"><button type="button" role="menuitem" disabled=${disabled} onClick=${run}>
    ${mark}<span class="grow">${text}</span><span class="muted">${keys}</span></button></li>`;

const expandItem = (id) => (count) => {
  const { shown } = count;
  const text = t("action.expandOf", { relation: word("relation", count.type) });
  return html`<${Item} key=${count.type} text=${text} keys=${`${number(shown)} / ${number(count.total)}`} disabled=${shown >= count.total}
    mark=${html`<${Swatch} type=${count.type} standing=${standingOf(count.type)} />`} run=${() => act.expand(id, count.type)} />`;
};

class Menu extends Component {
  componentDidMount() {
    this.base.querySelector("button:not(:disabled)")?.focus({ preventScroll: true });
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") update({ menu: null });
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const items = [...this.base.querySelectorAll("button:not(:disabled)")];
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  }

  render({ menu }) {
    const { id } = menu;
    const party = state.view.parties.get(id);
    const counts = state.file.id === id ? tallies(state.view, id, state.file.data?.counts ?? []) : [];
    const height = 330 + counts.length * 34;
    const left = menu.right + WIDTH + 12 < innerWidth ? menu.right + 8 : Math.max(menu.left - WIDTH - 8, 6);
    const top = Math.max(Math.min(menu.y, innerHeight - height), 56);
    const close = (run) => () => (update({ menu: null }), run());
    return html`<div class="menu" role="menu" aria-label=${t("aria.menu")} style=${{ left: `${left}px`, top: `${top}px`, width: `${WIDTH}px` }} onKeyDown=${(e) => this.walk(e)}>
      <p class="menu-title">${party.name}</p>
      <ul>${counts.map(expandItem(id))}</ul>
      <ul><${Item} text=${t("action.expandAll")} keys="↵" run=${() => act.expand(id)} />
        <${Item} text=${t("action.centre")} run=${close(() => act.open(id))} />
        <${Item} text=${t("action.path")} keys="K" run=${close(() => act.pathFrom(id))} />
        <${Item} text=${t(state.view.pinned.has(id) ? "action.unpin" : "action.pin")} keys="P" run=${close(() => act.pin(id))} />
        <${Item} text=${t("action.collapse")} keys="C" run=${close(() => act.collapse(id))} />
        <${Item} text=${t("action.remove")} keys="Del" run=${close(() => act.remove(id))} />
        <${Item} text=${t("action.removeOthers")} run=${close(() => act.removeOthers(id))} />
        <${Item} text=${t("action.copyName")} run=${close(() => act.copy(party.name))} />
        ${party.code && html`<${Item} text=${t("action.copyCode")} run=${close(() => act.copy(party.code))} />`}</ul>
    </div>`;
  }
}

class Dialog extends Component {
  componentDidMount() {
    this.base.querySelector("button").focus();
  }

  render({ title, children }) {
    return html`<div class="backdrop"><div class="dialog" role="dialog" aria-modal="true" aria-label=${title}>${children}</div></div>`;
  }
}

const Ask = ({ ask }) => html`<${Dialog} title=${ask.text}><p>${ask.text}</p>
  <div class="buttons"><button type="button" class="primary" onClick=${() => act.answer(true)}>${t("action.continue")}</button>
    <button type="button" onClick=${() => act.answer(false)}>${t("action.cancel")}</button></div><//>`;

const KEYS = [
  ["/", "help.search"], ["↵", "help.expand"], ["← ↑ → ↓", "help.walk"], ["K", "help.path"], ["P", "help.pin"], ["C", "help.collapse"],
  ["Del", "help.remove"], ["F", "help.fit"], ["T", "help.table"], ["Ctrl+Z · Ctrl+Y", "help.undo"], ["Esc", "help.close"],
];

const Help = () => html`<${Dialog} title=${t("help.title")}>
  <div class="row"><h2 class="grow">${t("help.title")}</h2><${IconButton} glyph="close" name=${t("action.close")} run=${() => update({ help: false })} /></div>
  <dl class="keys">${KEYS.map(([key, text]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${t(text)}</dd></div>`)}</dl><//>`;

const Trust = ({ rows }) => html`<${Dialog} title=${t("calibration.title")}>
  <div class="row"><h2 class="grow">${t("calibration.title")}</h2><${IconButton} glyph="close" name=${t("action.close")} run=${() => update({ calibration: null })} /></div>
  <${Calibration} rows=${rows} /><//>`;

const Failure = ({ error }) => html`<div class="failure" role="alert"><span class="grow">${error.text}</span>
  <button type="button" onClick=${error.retry}>${t("action.retry")}</button>
  <${IconButton} glyph="close" name=${t("action.close")} run=${() => update({ error: null })} /></div>`;

export const Overlays = () => html`
  ${state.menu && state.view.parties.has(state.menu.id) && html`<${Menu} menu=${state.menu} />`}
  ${state.error && html`<${Failure} error=${state.error} />`}
  ${state.toast && html`<div class="toast" role="status">${state.toast}</div>`}
  ${state.ask && html`<${Ask} ask=${state.ask} />`}
  ${state.calibration && html`<${Trust} rows=${state.calibration.rows} />`}
  ${state.help && html`<${Help} />`}`;
