/** Calls to the service. The token lives in this tab only (sessionStorage) and never in an address. */

const KEY = "creditnet.token";

/** Take the token out of the address fragment, so that it stays neither in the address bar nor in the history. */
export function takeToken() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get("token");
  if (!token) return;
  sessionStorage.setItem(KEY, token);
  fragment.delete("token");
  const rest = fragment.toString();
  history.replaceState(null, "", rest ? `#${rest}` : location.pathname);
}

export const hasToken = () => Boolean(sessionStorage.getItem(KEY));
export const setToken = (token) => sessionStorage.setItem(KEY, token.trim());
export const dropToken = () => sessionStorage.removeItem(KEY);

/** An answer that is not the one hoped for; `status` 0 means that no answer came. */
export class Problem extends Error {
  constructor(status, detail, name = "") {
    super(detail);
    this.status = status;
    this.problem = name;
  }
}

let denied = () => {};

/** Call `handler` when the token is refused. */
export function onDenied(handler) {
  denied = handler;
}

let day = "";

/** Ask everything as of this day (YYYY-MM-DD) from now on; empty = now. */
export function setDay(chosen) {
  day = chosen;
}

const dated = (path) => (day ? `${path}${path.includes("?") ? "&" : "?"}as_of=${day}` : path);

async function call(path, options = {}) {
  let answer;
  try {
    const headers = { Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ""}`, "Content-Type": "application/json" };
    answer = await fetch(`v1/${dated(path)}`, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, error.message, "Unreachable");
  }
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 401) denied();
  throw new Problem(answer.status, problem.detail ?? answer.statusText, (problem.type ?? "").split(":").pop());
}

const query = (params) =>
  new URLSearchParams(
    Object.entries(params).flatMap(([key, value]) =>
      value === null || value === undefined ? [] : [value].flat().map((each) => [key, String(each)]),
    ),
  );
const id = encodeURIComponent;

export const api = {
  meta: () => call("meta"),
  search: (q, limit, signal) => call(`search?${query({ q, limit })}`, { signal }),
  file: (party) => call(`parties/${id(party)}`),
  network: (party, limit = 60) => call(`parties/${id(party)}/network?${query({ limit })}`),
  leadNetwork: (lead) => call(`leads/${id(lead)}/network`),
  expand: (party, body) => call(`parties/${id(party)}/expand`, { method: "POST", body: JSON.stringify(body) }),
  paths: (params) => call(`paths?${query(params)}`),
  records: (ids) => call(`records?${query({ ids: ids.join(",") })}`),
  handle: (lead, decision) => call(`leads/${id(lead)}/handling`, { method: "POST", body: JSON.stringify(decision) }),
  calibration: () => call("leads/calibration"),
  leads: (params) => call(`leads?${query(params)}`),
};
