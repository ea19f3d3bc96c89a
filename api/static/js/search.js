/** The search box: suggestions while typing, keys, and the other end of a path. */
import { act } from "./actions.js";
import { api } from "./api.js";
import { Component, html } from "./html.js";
import { t, word } from "./i18n.js";
import { ClassChip, Glyph, IconButton, KindIcon } from "./marks.js";
import { problemText } from "./problems.js";
import { state, update } from "./store.js";

const MOST = 8;
const WAIT_MS = 90; // a pause in typing; shorter asks for texts nobody meant

/** The text with the searched characters marked. */
function Marked({ text, wanted }) {
  const at = text.toUpperCase().indexOf(wanted.toUpperCase());
  if (at < 0 || !wanted) return text;
  return html`${text.slice(0, at)}<mark>${text.slice(at, at + wanted.length)}</mark>${text.slice(at + wanted.length)}`;
}

const Row = ({ party, wanted, active, id, pick }) => html`
  <li id=${id} role="option" aria-selected=${active} class=${active ? "active" : ""} onMouseDown=${(e) => (e.preventDefault(), pick(party))}>
    <${KindIcon} kind=${party.kind} risk=${party.risk_class} size=${28} />
    <span class="grow">
      <span class="name"><${Marked} text=${party.name} wanted=${wanted} /></span>
      <span class="muted">${[word("kind", party.kind), party.town].filter(Boolean).join(" · ")}
        ${party.code && html` · <span class="code"><${Marked} text=${party.code} wanted=${wanted} /></span>`}</span>
    </span>
    ${state.view.parties.has(party.id) && html`<span class="muted small">${t("search.onstage")}</span>`}
    <${ClassChip} risk=${party.risk_class} />
  </li>`;

export class Search extends Component {
  state = { text: "", rows: null, wanted: "", at: 0, open: false, error: "" };
  composing = false;
  asked = 0;
  timer = 0;
  waiting = null;

  typed(text) {
    this.setState({ text, open: true });
    clearTimeout(this.timer);
    this.waiting?.abort();
    this.asked += 1; // whatever is under way is late from now on
    if (this.composing) return;
    const wanted = text.trim();
    if (wanted) this.timer = setTimeout(() => this.ask(wanted), WAIT_MS);
    else this.setState({ rows: null, error: "" });
  }

  async ask(wanted) {
    const turn = ++this.asked;
    this.waiting = new AbortController();
    try {
      const rows = await api.search(wanted, MOST, this.waiting.signal);
      if (turn === this.asked) this.setState({ rows, wanted, at: 0, error: "" });
    } catch (error) {
      if (error.name !== "AbortError" && turn === this.asked) this.setState({ rows: [], wanted, error: problemText(error) });
    }
  }

  pick(party) {
    this.setState({ text: "", rows: null, open: false });
    document.getElementById("search").blur();
    act.visit(party);
  }

  key(event) {
    const { rows, at } = this.state;
    if (event.isComposing) return;
    if (event.key === "Escape") {
      this.setState({ open: false, text: "", rows: null });
      update({ pathFrom: null });
      event.target.blur();
    } else if (rows?.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.setState({ at: (at + (event.key === "ArrowDown" ? 1 : -1) + rows.length) % rows.length });
    } else if (event.key === "Enter" && rows?.length) this.pick(rows[at]);
    event.stopPropagation();
  }

  render() {
    const { text, rows, wanted, at, open, error } = this.state;
    const from = state.pathFrom && state.view.parties.get(state.pathFrom);
    const hint = from ? t("search.other", { name: from.name }) : t("search.hint");
    const listed = open && rows !== null;
    return html`<div class=${`search ${from ? "asking" : ""}`} role="search">
      <${Glyph} name="search" />
      <input id="search" type="text" role="combobox" autocomplete="off" spellcheck=${false} placeholder=${hint} aria-label=${hint}
        aria-expanded=${listed} aria-controls="search-list" aria-activedescendant=${listed && rows.length ? `search-${at}` : undefined}
        value=${text} onInput=${(e) => this.typed(e.target.value)} onKeyDown=${(e) => this.key(e)}
        oncompositionstart=${() => (this.composing = true)}
        oncompositionend=${(e) => ((this.composing = false), this.typed(e.target.value))}
        onFocus=${() => this.setState({ open: true })} onBlur=${() => this.setState({ open: false })} />
      ${from ? html`<${IconButton} glyph="close" name=${t("action.cancel")} run=${() => act.closePath()} />` : html`<kbd>/</kbd>`}
      <div class="suggestions" hidden=${!listed}>
        <ul id="search-list" role="listbox" aria-label=${t("search.label")}>
          ${listed && rows.map((party, i) => html`<${Row} key=${party.id} id=${`search-${i}`} party=${party} wanted=${wanted} active=${i === at} pick=${(p) => this.pick(p)} />`)}
        </ul>
        <p class="muted" role="status">${error || (rows?.length ? t("search.count", { n: rows.length }) : t("search.none", { text: wanted }))}</p>
      </div>
    </div>`;
  }
}
