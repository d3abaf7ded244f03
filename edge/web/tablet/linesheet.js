// @ts-check
// The sheet of a line that the kitchen has: void it, give it away, take something off,
// have it once more. All of it needs the box, and some of it a manager's word.

import { html, useSignal } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Chip } from "../../../sync/ui/kit/chip.js";
import { newId } from "../../../sync/ui/kit/id.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { Stepper } from "../../../sync/ui/kit/stepper.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { money, toMinor } from "../../../sync/ui/kit/money.js";
import { toast } from "../../../sync/ui/kit/toast.js";
import { postCommands } from "./postcommands.js";
import * as state from "./state.js";
import { Word } from "./word.js";

const reasons = ["void.why.wrong", "void.why.mind", "void.why.bad", "void.why.late"];
const percents = [10, 20, 50];

/**
 * @typedef {import("./approvals.js").Wish} Wish
 * @typedef {"void_line" | "comp" | "discount"} Deed
 */

/** What each takes, where it takes a manager's word. @type {Record<Deed, string>} */
const actions = { void_line: "order.void", comp: "order.comp", discount: "order.discount" };

/** @param {{order: import("./state.js").Order, line: import("./state.js").OrderLine, onClose: () => void}} props */
export function LineSheet({ order, line, onClose }) {
  const venue = state.currency.value;
  const reason = useSignal("");
  const quantity = useSignal(1);
  const problem = useSignal("");
  const busy = useSignal(false);
  const wish = useSignal(/** @type {Wish | null} */ (null));
  const amount = toMinor(line.amount, venue.digits);

  /** Says it to the box; what needs a manager's word is asked for. @param {Deed} deed @param {Record<string, unknown>} what @param {string} [approval] */
  const say = async (deed, what, approval) => {
    busy.value = true;
    problem.value = "";
    const data = { line: line.lineId, reason: reason.value, ...what, ...(approval && { approval }) };
    const refused = await tell([{ id: newId(), type: `order.${deed}`, order: order.orderId, data }]);
    busy.value = false;
    if (refused === null) return onClose();
    if (refused.code !== "approval_needed" || approval) return approval ? toast({ text: refused.message }) : void (problem.value = refused.message);
    wish.value = {
      key: `${deed} ${line.lineId} ${JSON.stringify(what)}`, order: order.orderId, title: t(`approval.${actions[deed]}`, { number: order.number }),
      amount: worth(deed, what, line, amount), reason: reason.value,
      request: { action: actions[deed], orderId: order.orderId, lineId: line.lineId, ...what },
      go: (word) => void say(deed, what, word),
    };
  };
  const again = async () => {
    busy.value = true;
    const refused = await tell([{ id: newId(), type: "order.repeat", order: order.orderId, data: { lines: [line.lineId] } }])
      ?? await tell([{ id: newId(), type: "order.send", order: order.orderId, data: {} }]);
    busy.value = false;
    if (refused === null) onClose();
    else problem.value = refused.message;
  };
  if (wish.value) return html`<${Word} wish=${wish.value} onClose=${onClose} />`;
  const why = !reason.value && t("approval.whyFirst");
  const away = state.away.value && t("void.away");
  const n = Math.min(quantity.value, line.quantity);
  return html`<${Sheet} label=${line.name} onClose=${onClose}
    head=${html`<h2 class="sheet-title"><span>${line.name}</span> <span class="num sheet-price">${money(amount, venue)}</span></h2><p class="secondary">${t("void.sent", { n: line.quantity })}</p>`}
    foot=${html`<${Button} class="grow" icon="plus" busy=${busy.value} off=${away} data-again onClick=${again}>${t("void.again")}<//>
      <${Button} class="grow" busy=${busy.value} off=${away || why} data-comp onClick=${() => say("comp", {})}>${t("void.comp")}<//>
      <${Button} kind="danger-solid" class="grow" busy=${busy.value} off=${away || why} data-void onClick=${() => say("void_line", { quantity: n })}>${t("void.go", { n })}<//>`}>
    <h3 class="ask-title">${t("void.why")}</h3>
    <div class="ask-reasons">${reasons.map((r) => html`<${Chip} key=${r} chosen=${reason.value === t(r)} onClick=${() => (reason.value = t(r))}>${t(r)}<//>`)}</div>
    ${line.quantity > 1 && html`<h3 class="ask-title">${t("void.howMany")}</h3>
      <${Stepper} label=${t("void.howMany")} value=${n} max=${line.quantity} onChange=${(/** @type {number} */ v) => (quantity.value = v)} />`}
    <h3 class="ask-title">${t("void.discount")}</h3>
    <div class="ask-percents">${percents.map((p) => html`<${Button} key=${p} class="grow" data-percent=${p} busy=${busy.value} off=${away || why} onClick=${() => say("discount", { percent: p })}>${t("void.percent", { n: p })}<//>`)}</div>
    ${problem.value && html`<p class="line-problem" role="alert">${problem.value}</p>`}
  <//>`;
}

/** What it takes off, minor units. @param {Deed} deed @param {Record<string, unknown>} what @param {import("./state.js").OrderLine} line @param {number} amount */
function worth(deed, what, line, amount) {
  if (deed === "void_line") return Math.round((amount * Number(what.quantity)) / line.quantity);
  return deed === "discount" ? Math.round((amount * Number(what.percent)) / 100) : amount;
}

/** Why the box did not do it; null: it did. @param {import("./commands.js").Command[]} commands @returns {Promise<{message: string, code?: string} | null>} */
async function tell(commands) {
  const posted = await postCommands(commands);
  if ("refusal" in posted) return posted.refusal;
  if (!("answers" in posted)) return { message: t("void.away") };
  return posted.answers.find((a) => a.problem)?.problem ?? null;
}
