/** Texts of the page in three languages. Names of parties stay as recorded. */
import { state } from "./store.js";
import en from "./i18n/en.js";
import zhCN from "./i18n/zh-CN.js";
import zhHant from "./i18n/zh-Hant.js";

export const LANGUAGES = { "zh-CN": "简体", "zh-Hant": "繁體", en: "EN" };
const TEXTS = { "zh-CN": zhCN, "zh-Hant": zhHant, en };

/** Text of a key in the language of the page, `{name}` filled from `params`. */
export function t(key, params = {}) {
  const text = TEXTS[state.lang]?.[key] ?? zhCN[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ""));
}

/** Text of a key that may come from data, e.g. a status: the data itself where we have no word for it. */
export const word = (prefix, value) => {
  const key = `${prefix}.${value}`;
  return key in zhCN ? t(key) : String(value);
};

export const number = (value, digits = 0) =>
  Number(value).toLocaleString(state.lang === "en" ? "en" : "zh-CN", { maximumFractionDigits: digits });

/** A probability as people read it: 0.0004 %, never 0. */
export const probability = (p) => (p < 1e-4 ? p.toExponential(1) : number(p * 100, p < 0.01 ? 3 : 1) + "%");
