// @ts-check
// What waits for a manager's word, over whatever is shown.

import { html, useSignal } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { money, toMinor } from "../../../sync/ui/kit/money.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { now } from "../../../sync/ui/kit/ticker.js";
import { exactAge } from "../../../sync/ui/kit/time.js";
import { show } from "./acts.js";
import { answer, waiting } from "./approvals.js";
import { words } from "./people.js";
import * as state from "./state.js";

/** How many wait, beside the person. */
export function ApprovalBell() {
  const n = waiting().length;
  if (n === 0) return null;
  return html`<button type="button" class="bell" aria-label=${t("approval.waiting", { n })} onClick=${() => (state.showApprovals.value = true)}>
    <${Icon} name="bell" size=${24} /><span class="disc num">${n}</span></button>`;
}

export function Approvals() {
  const close = () => void (state.showApprovals.value = false);
  const all = waiting();
  const title = t("approval.waiting", { n: all.length });
  return html`<div class="over"><${Sheet} label=${title} onClose=${close} head=${html`<h2 class="title">${title}</h2>`}>
    <ul class="asks">${all.map((a) => html`<${One} key=${a.approvalId} a=${a} />`)}</ul>
  <//></div>`;
}

/** @param {{a: import("./state.js").Approval}} props */
function One({ a }) {
  const busy = useSignal(false);
  const problem = useSignal("");
  /** @param {boolean} yes */
  const say = async (yes) => {
    if (!a.mayAnswer) {
      state.showApprovals.value = false;
      return show("people"); // a word bears a name
    }
    busy.value = true;
    try {
      await answer(a, yes);
    } catch (err) {
      problem.value = words(err);
    }
    busy.value = false;
  };
  const where = a.tableNumber === undefined ? t("takeaway") : t("table.name", { table: a.tableNumber });
  return html`<li class="ask-card">
    <p class="ask-what"><strong>${t(`approval.${a.action}`, { number: a.number ?? "" })}</strong><span class="ask-amount num">${money(toMinor(a.amount, state.currency.value.digits), state.currency.value)}</span></p>
    <p class="secondary">${[a.askedBy?.name ?? t("approval.somebody"), where].join(" · ")} · <span class="num">${t("approval.left", { left: exactAge(Date.parse(a.until) - now.value) })}</span></p>
    ${a.reason && html`<blockquote class="ask-why">${a.reason}</blockquote>`}
    ${problem.value && html`<p class="line-problem" role="alert">${problem.value}</p>`}
    ${!a.mayAnswer && html`<p class="hint">${t("approval.name")}</p>`}
    <div class="ask-acts">
      <${Button} class="grow" icon="x" busy=${busy.value} onClick=${() => say(false)}>${t("approval.no")}<//>
      <${Button} kind="ink" class="grow" icon="check" busy=${busy.value} onClick=${() => say(true)}>${t("approval.yes")}<//>
    </div>
  </li>`;
}
