/** Header: product, search, undo and redo, sharing, language, size, theme. */
import { act } from "./actions.js";
import { html } from "./html.js";
import { LANGUAGES, t } from "./i18n.js";
import { IconButton } from "./marks.js";
import { Search } from "./search.js";
import { prefer, state } from "./store.js";

const Logo = () => html`<img class="logo" src="static/icon.svg" alt="" width="26" height="26" />`;

/** Language, size, theme: also on the login page. */
export const Preferences = () => html`
  <select aria-label=${t("action.language")} value=${state.lang} onChange=${(e) => prefer("lang", e.target.value)}>
    ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code} selected=${code === state.lang}>${name}</option>`)}
  </select>
  <button type="button" class="icon-button strong" aria-pressed=${state.large} title=${t("action.large")} aria-label=${t("action.large")}
    onClick=${() => prefer("large", !state.large)}>${state.lang === "en" ? "A" : "大"}</button>
  <${IconButton} glyph=${state.theme === "dark" ? "sun" : "moon"} name=${t(state.theme === "dark" ? "action.light" : "action.dark")}
    run=${() => prefer("theme", state.theme === "dark" ? "light" : "dark")} />`;

export const Header = () => html`<header>
  <h1><${Logo} /><span>${t("app.title")}</span></h1>
  <${Search} lang=${state.lang} />
  <label class="day">${t("asof.label")}
    <input type="date" max=${new Date().toISOString().slice(0, 10)} value=${state.day} onChange=${(e) => act.asOf(e.target.value)} />
  </label>
  <span class="spacer"></span>
  <${IconButton} glyph="undo" name=${`${t("action.undo")} (Ctrl+Z)`} run=${act.undo} disabled=${!state.past.length} />
  <${IconButton} glyph="redo" name=${`${t("action.redo")} (Ctrl+Y)`} run=${act.redo} disabled=${!state.future.length} />
  <button type="button" onClick=${act.share} disabled=${!state.view.centre}>${t("action.share")}</button>
  <span class="rule"></span>
  <${Preferences} />
</header>`;
