// @ts-check
import { html } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { setStatus } from "./acts.js";
import * as state from "./state.js";

/** Asks once before an order is cancelled. @param {{order: string, onClose: () => void}} props */
export function CancelSheet({ order, onClose }) {
  const title = t("order.cancelSure", { number: state.orders.value[order]?.number ?? "" });
  const go = () => {
    setStatus(order, "cancelled");
    onClose();
  };
  return html`<${Sheet} label=${title} onClose=${onClose} head=${html`<h2 class="title">${title}</h2>`}
    foot=${html`<${Button} class="grow" onClick=${onClose}>${t("order.keep")}<//><span class="apart"></span>
      <${Button} kind="danger-solid" class="grow" onClick=${go}>${t("order.cancel")}<//>`}>
    <p>${t("order.cancelWhat")}</p>
  <//>`;
}
