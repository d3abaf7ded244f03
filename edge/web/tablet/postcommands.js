// @ts-check
// One request of the outbox, and what its answer comes to.

import { Problem, get, post } from "../../../sync/ui/kit/api.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { wire } from "./commands.js";
import * as state from "./state.js";

/**
 * @param {import("./commands.js").Command[]} commands
 * @returns {Promise<import("./outbox.js").Posted>}
 */
export async function postCommands(commands) {
  try {
    const { results } = await post("/api/v1/commands", { commands: commands.map(wire) });
    return { answers: results.map(readAnswer) };
  } catch (err) {
    if (!(err instanceof Problem)) return { later: true };
    if (err.status === 401 || (err.status === 403 && (await nobodyWorks()))) return { wait: true };
    if (err.status >= 500 || err.status === 429 || err.status === 408) return { later: true };
    return { refusal: { status: err.status, message: err.message || t("refused"), errors: err.errors } };
  }
}

/** @param {any} r @returns {import("./outbox.js").Answer} */
function readAnswer(r) {
  if (!r.problem) return { id: r.id, seq: r.seq };
  const p = r.problem;
  return { id: r.id, problem: { status: p.status ?? 422, message: p.detail || p.error || p.title || t("refused"), code: p.code, errors: p.errors ?? [] } };
}

/** Whether this is a shared tablet at which nobody works any more: what was rung waits for who does. */
async function nobodyWorks() {
  try {
    state.me.value = await get("/api/v1/me");
  } catch {
    // As far as we know.
  }
  return state.me.peek()?.role === "tablet";
}
