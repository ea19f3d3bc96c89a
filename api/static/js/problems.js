/** Failures in words the user understands, with a way to try again. */
import { Problem } from "./api.js";
import { t } from "./i18n.js";
import { state, update } from "./store.js";

/** What to say about a failure. */
export function problemText(error) {
  if (!(error instanceof Problem)) throw error;
  if (error.status === 0) return t("error.unreachable");
  if (error.status === 404) return t("error.notFound");
  if (error.status === 504) return t("error.timeout");
  if (error.problem === "SnapshotError") return t("error.snapshot");
  return t("error.other", { text: error.message });
}

/** Run something that asks the server; show progress, and on failure the reason with a retry. */
export async function guarded(work) {
  update({ busy: state.busy + 1, error: null });
  try {
    await work();
  } catch (error) {
    update({ error: { text: problemText(error), retry: () => guarded(work) } });
  } finally {
    update({ busy: state.busy - 1 });
  }
}
