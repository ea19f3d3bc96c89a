/** The card that follows the pointer: full name, kind, class, number of relations. Text only. */
import { t, word } from "./i18n.js";
import { classOf } from "./filters.js";

/** A tooltip inside the stage's element. */
export function tooltip(container) {
  const card = document.createElement("div");
  card.className = "tooltip";
  card.hidden = true;
  const name = card.appendChild(document.createElement("b"));
  const line = card.appendChild(document.createElement("span"));
  container.parentElement.append(card);
  return {
    show(party, point) {
      if (!party) return;
      name.textContent = party.name;
      const score = party.score === null ? "" : ` ${Math.round(party.score)}`;
      const risk = party.risk_class ? `${party.risk_class}${score}` : t(`class.${classOf(party)}`);
      line.textContent = [word("kind", party.kind), risk, t("tip.links", { n: party.links })].join(" · ");
      card.hidden = false;
      const left = Math.min(Math.max(point.x - card.offsetWidth / 2, 6), container.clientWidth - card.offsetWidth - 6);
      const above = point.y - card.offsetHeight - 34;
      card.style.left = `${left}px`;
      card.style.top = `${above > 4 ? above : point.y + 48}px`;
    },
    hide() {
      card.hidden = true;
    },
  };
}
