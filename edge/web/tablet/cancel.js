// @ts-check
// Cancelling an order: asked once, and, where the kitchen has it and the person may not,
// with a manager's word.

import { html, useEffect, useSignal } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { toMinor } from "../../../sync/ui/kit/money.js";
import { setStatus } from "./acts.js";
import { whenGiven } from "./approvals.js";
import { without } from "./settle.js";
import * as state from "./state.js";
import { Word, waits } from "./word.js";

whenGiven((order, approval) => setStatus(order, "cancelled", approval));

/** @param {{order: string, onClose: () => void}} props */
export function CancelSheet({ order, onClose }) {
  const known = state.orders.value[order];
  const key = `cancel ${order}`;
  const stage = useSignal(/** @type {"sure" | "trying" | "ask"} */ (waits(key) ? "ask" : "sure"));
  const move = state.moves.value[order];
  const closed = known !== undefined && known.status === "cancelled";
  useEffect(() => {
    if (closed) onClose();
    else if (stage.value === "trying" && move?.problem) {
      if (move.code !== "approval_needed") return onClose(); // the ticket says why
      state.moves.value = without(state.moves.value, order);
      stage.value = "ask";
    }
  }, [closed, move]);
  const number = known?.number ?? "";
  const go = () => {
    setStatus(order, "cancelled");
    if (known?.status === "open" || state.may("order.cancel") || state.away.value) onClose();
    else stage.value = "trying";
  };
  if (stage.value === "ask") {
    const wish = {
      key, order, title: t("approval.order.cancel", { number }), amount: known ? toMinor(known.totalAmount, state.currency.value.digits) : 0,
      request: { action: "order.cancel", orderId: order }, go: (/** @type {string} */ approval) => setStatus(order, "cancelled", approval),
    };
    return html`<${Word} wish=${wish} over=${closed} onClose=${onClose} />`;
  }
  const title = t("order.cancelSure", { number });
  return html`<${Sheet} label=${title} onClose=${onClose} head=${html`<h2 class="title">${title}</h2>`}
    foot=${html`<${Button} class="grow" onClick=${onClose}>${t("order.keep")}<//><span class="apart"></span>
      <${Button} kind="danger-solid" class="grow" busy=${stage.value === "trying"} onClick=${go}>${t("order.cancel")}<//>`}>
    <p>${t("order.cancelWhat")}</p>
  <//>`;
}
