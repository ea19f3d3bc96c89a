/** The style sheet of the canvas, made from the visual language. */
import { NAME_WIDTH } from "./layout.js";
import { CLASSES, KINDS, badgeImage, glyphImage } from "./visual.js";

const INK = { light: "#131c2e", dark: "#e8edf6" };
const BACK = { light: "#fbfcfe", dark: "#121824" };
const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif';
const MIN_KEY_PX = 12.2; // key names on screen; the style follows the zoom in steps of 8 %, so never below 11

const ring = (risk) => CLASSES[risk]?.ring ?? 0;
const badged = (party) => ring(party.risk_class) > 0;

const kindStyles = () =>
  Object.entries(KINDS).map(([kind, look]) => ({
    selector: `node[kind = "${kind}"]`,
    style: {
      shape: look.shape,
      "background-color": look.colour,
      width: look.size,
      height: look.size,
      ...(look.corners ? { "shape-polygon-points": look.corners.join(" ") } : {}),
    },
  }));

const images = (ele) => [glyphImage(ele.data("kind")), ...(badged(ele.data()) ? [badgeImage(ele.data("risk_class"))] : [])];

/** Style for a theme. `zoom` is read at drawing time, so key names can keep their size on screen. */
export function stageStyle(theme, zoom) {
  const keySize = () => Math.max(13, MIN_KEY_PX / zoom());
  return [
    {
      selector: "node",
      style: {
        label: "data(label)",
        color: INK[theme],
        "font-family": FONT,
        "font-size": 12,
        "min-zoomed-font-size": 8,
        "text-valign": "bottom",
        "text-margin-y": 4,
        "text-wrap": "wrap",
        "text-max-width": NAME_WIDTH,
        "text-overflow-wrap": "anywhere",
        "text-background-color": BACK[theme],
        "text-background-opacity": 0.82,
        "text-background-padding": 1,
        "border-width": 0,
        "background-image": images,
        "background-width": (ele) => (badged(ele.data()) ? "62% 15" : "62%"),
        "background-height": (ele) => (badged(ele.data()) ? "62% 15" : "62%"),
        "background-position-x": (ele) => (badged(ele.data()) ? "50% 118%" : "50%"),
        "background-position-y": (ele) => (badged(ele.data()) ? "50% -18%" : "50%"),
        "background-clip": "none none",
        "background-image-containment": "over over",
        "bounds-expansion": 12,
      },
    },
    ...kindStyles(),
    ...["D", "C"].map((risk) => ({
      selector: `node[risk_class = "${risk}"]`,
      style: {
        "border-width": ring(risk),
        "border-color": CLASSES[risk].colour,
        "border-opacity": 1,
        "outline-width": 1.5,
        "outline-color": BACK[theme],
        "outline-offset": 0,
        "font-weight": risk === "D" ? 700 : 400,
      },
    })),
    { selector: "node.key", style: { "font-size": keySize, "min-zoomed-font-size": 0, "z-index": 5 } },
    { selector: "node.centre", style: { "font-weight": 700 } },
    { selector: "node.pinned", style: { "outline-width": 2, "outline-style": "dashed", "outline-color": INK[theme], "outline-offset": 3 } },
    { selector: "node.fresh", style: halo("#38b26b", 9) },
    { selector: "node.on-path", style: halo("#f5a623", 11) },
    { selector: "node.selected", style: halo("#3b7bf0", 11) },
    {
      selector: "edge",
      style: {
        width: "data(width)",
        "line-color": "data(colour)",
        "target-arrow-color": "data(colour)",
        "target-arrow-shape": "data(arrow)",
        "arrow-scale": 0.8,
        "curve-style": "bezier",
        "control-point-step-size": 26,
        opacity: 0.75,
        "font-family": FONT,
        "font-size": 10.5,
        color: INK[theme],
        "text-rotation": "autorotate",
        "text-background-color": BACK[theme],
        "text-background-opacity": 0.92,
        "text-background-padding": 2,
        "min-zoomed-font-size": 8,
      },
    },
    { selector: 'edge[standing = "inferred"]', style: { "line-style": "dashed", "line-dash-pattern": [7, 4], opacity: 0.9 } },
    { selector: 'edge[standing = "context"]', style: { "line-style": "dotted", opacity: 0.6 } },
    { selector: "edge.named", style: { label: "data(label)", "z-index": 4 } },
    { selector: "edge.lit, edge.selected", style: { opacity: 1, width: (ele) => ele.data("width") + 1.2, "z-index": 6 } },
    {
      selector: "edge.on-path",
      style: { label: "data(label)", "line-color": "#e08e0b", "target-arrow-color": "#e08e0b", width: 4, opacity: 1, "z-index": 7 },
    },
    { selector: ".dim", style: { opacity: 0.13, "text-opacity": 0.25, label: (ele) => (ele.isNode() ? ele.data("label") : "") } },
    { selector: ".gone", style: { display: "none" } },
  ];
}

const halo = (colour, padding) => ({
  "underlay-color": colour,
  "underlay-opacity": 0.32,
  "underlay-padding": padding,
  "underlay-shape": "ellipse",
});

