/** Words for relations, the same on the stage, in the panel and in the table. */
import { t, word } from "./i18n.js";

/** Short name: kind with its share, post or count. */
export function relationName(relation) {
  const name = word("relation", relation.type);
  if (relation.percent !== null && relation.percent !== undefined) return `${name} ${Math.round(relation.percent * 100) / 100}%`;
  if (relation.count > 1) return `${name} ×${relation.count}`;
  return name;
}

/** Name for the stage: an inferred relation always says that it is to be verified. */
export const stageRelation = (relation) =>
  relation.standing === "inferred" ? `${relationName(relation)}·${t("standing.verify")}` : relationName(relation);
