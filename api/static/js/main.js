/** Start of the page: token, what the server says of itself, leads, and the party the address asks for. */
import { act } from "./actions.js";
import { dropToken, hasToken, api, onDenied, setToken, takeToken } from "./api.js";
import { App } from "./app.js";
import { html, render } from "./html.js";
import { askedParty } from "./history.js";
import { t } from "./i18n.js";
import { listenToKeys } from "./keys.js";
import { loadLeads } from "./panel_data.js";
import { problemText } from "./problems.js";
import { stage } from "./stage.js";
import { state, update, watch } from "./store.js";

const root = document.getElementById("app");

function draw() {
  const page = document.documentElement;
  page.lang = state.lang;
  page.dataset.theme = state.theme;
  page.classList.toggle("large", state.large);
  document.title = t("app.title");
  render(html`<${App} enter=${enter} />`, root);
}

async function enter(token) {
  if (token) setToken(token);
  try {
    update({ meta: await api.meta(), phase: "ready", loginError: "" });
  } catch (error) {
    update({ phase: "login", loginError: error.status === 401 ? t("login.denied") : problemText(error) });
    return;
  }
  await loadLeads();
  const party = askedParty();
  if (party) await act.open(party);
  document.documentElement.dataset.ready = "true";
}

onDenied(() => {
  dropToken();
  update({ phase: "login", loginError: t("login.denied") });
});
root.replaceChildren();
watch(draw);
listenToKeys();
takeToken();
// Tests and support read positions here; it holds nothing that the page does not show.
globalThis.creditnet = { positions: stage.positions, onScreen: stage.onScreen, keyNamePx: stage.keyNamePx };
if (hasToken()) enter();
else update({ phase: "login" });
draw();
