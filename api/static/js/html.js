/** preact and htm, bound: `html` makes nodes whose texts are text, never markup. */
import htm from "../vendor/htm.mjs";
import { Component, h, render } from "../vendor/preact.mjs";

export const html = htm.bind(h);
export { Component, render };
