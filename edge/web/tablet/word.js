// @ts-check
// A manager's word for something that the person may not do alone: from another tablet,
// or by PIN at this one.

import { cls, html, useEffect, useSignal } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Chip } from "../../../sync/ui/kit/chip.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { money } from "../../../sync/ui/kit/money.js";
import { now } from "../../../sync/ui/kit/ticker.js";
import { exactAge } from "../../../sync/ui/kit/time.js";
import { answer, ask, askedFor, isOpen, shown, withdraw } from "./approvals.js";
import { PinPad } from "./keypad.js";
import { locked, words } from "./people.js";
import { loadPeople } from "./peopleload.js";
import * as state from "./state.js";

/** @typedef {import("./approvals.js").Wish} Wish */

/** Whether somebody was asked for this and can still answer. @param {string} key */
export function waits(key) {
  const a = askedFor(key);
  return a !== undefined && isOpen(a);
}

/** @param {{wish: Wish, over?: boolean, onClose: () => void}} props over: it is done */
export function Word({ wish, over = false, onClose }) {
  const pin = useSignal(false);
  useEffect(() => {
    shown.value = wish.key;
    return () => void (shown.value = null);
  }, [wish.key]);
  if (pin.value) return html`<${ByPin} wish=${wish} onClose=${onClose} onBack=${() => (pin.value = false)} />`;
  return html`<${Ask} wish=${wish} over=${over} onClose=${onClose} onPin=${() => (pin.value = true)} />`;
}

const reasons = ["approval.why.table", "approval.why.twice", "approval.why.guest", "approval.why.kitchen"];

/** @param {{wish: Wish, over: boolean, onClose: () => void, onPin: () => void}} props */
function Ask({ wish, over, onClose, onPin }) {
  const reason = useSignal(wish.reason ?? "");
  const problem = useSignal("");
  const busy = useSignal(false);
  const venue = state.currency.value;
  const a = askedFor(wish.key);
  const waits = a !== undefined && isOpen(a);
  /** @param {() => Promise<void>} act */
  const doing = async (act) => {
    busy.value = true;
    problem.value = "";
    try {
      await act();
    } catch (err) {
      problem.value = words(err);
    }
    busy.value = false;
  };
  const pin = () => doing(async () => {
    if (!waits) await ask(wish, reason.value);
    onPin();
  });
  const title = waits ? t("approval.asked") : t("approval.needed");
  const foot = waits
    ? html`<${Button} class="grow" busy=${busy.value} onClick=${() => doing(() => withdraw(/** @type {any} */ (a)))}>${t("approval.withdraw")}<//>
        <${Button} kind="ink" class="grow" onClick=${pin}>${t("approval.here")}<//>`
    : html`<${Button} class="grow" busy=${busy.value} off=${!reason.value && t("approval.whyFirst")} onClick=${pin}>${t("approval.here")}<//>
        <${Button} kind="ink" class="grow" busy=${busy.value} off=${!reason.value && t("approval.whyFirst")} onClick=${() => doing(() => ask(wish, reason.value))}>${t("approval.ask")}<//>`;
  return html`<${Sheet} label=${title} onClose=${onClose} head=${html`<h2 class="title">${title}</h2>`} foot=${foot}>
    <p class="ask-what"><span>${wish.title}</span><span class="ask-amount num">${money(wish.amount, venue)}</span></p>
    ${waits
      ? html`<div class="ask-wait" role="status"><span class="ring" aria-hidden="true"></span><p><strong>${t("approval.waits")}</strong>
          <span class="num">${t("approval.left", { left: exactAge(Date.parse(a.until) - now.value) })}</span>${a.reason && html`<span>${a.reason}</span>`}</p></div>`
      : html`${a && !over && html`<${Before} a=${a} />`}
        ${wish.reason === undefined && html`<h3 class="ask-title">${t("approval.why")}</h3>`}
        <div class="ask-reasons">${(wish.reason === undefined ? reasons : []).map((r) => html`<${Chip} key=${r} chosen=${reason.value === t(r)} onClick=${() => (reason.value = t(r))}>${t(r)}<//>`)}</div>`}
    ${problem.value && html`<p class="line-problem" role="alert">${problem.value}</p>`}
  <//>`;
}

/** What became of the request before. @param {{a: import("./state.js").Approval}} props */
function Before({ a }) {
  const who = a.answeredBy?.name ?? t("role.manager");
  const said = a.state === "refused" ? t("approval.saidNo", { who }) : a.state === "expired" || a.state === "asked" ? t("approval.nobody") : "";
  return said ? html`<p class=${cls("ask-before", a.state === "refused" && "ask-no")} role="status">${said} ${a.answer ?? ""}</p>` : null;
}

/** A manager says yes at this tablet. @param {{wish: Wish, onClose: () => void, onBack: () => void}} props */
function ByPin({ wish, onClose, onBack }) {
  const managers = state.people.value.filter((p) => p.active && p.hasPin && p.role === "manager");
  const chosen = useSignal(managers.length === 1 ? managers[0].id : "");
  const pin = useSignal("");
  const problem = useSignal("");
  const busy = useSignal(false);
  const person = managers.find((p) => p.id === chosen.value);
  const go = async () => {
    const a = askedFor(wish.key);
    if (!a || !isOpen(a)) return onBack();
    if (!person) return;
    busy.value = true;
    try {
      await answer(a, true, { personId: person.id, pin: pin.value });
      onClose();
    } catch (err) {
      problem.value = words(err);
      pin.value = "";
      await loadPeople();
    }
    busy.value = false;
  };
  return html`<${Sheet} label=${t("approval.here")} onClose=${onClose}
    head=${html`<h2 class="title">${t("approval.here")}</h2>`}>
    ${managers.length === 0 && html`<p class="empty">${t("approval.noManager")}</p>`}
    <div class="ask-reasons">${managers.map((p) => html`<${Chip} key=${p.id} chosen=${p.id === chosen.value} onClick=${() => { chosen.value = p.id; pin.value = problem.value = ""; }}>${p.name}<//>`)}</div>
    ${person && html`<${PinPad} value=${pin.value} problem=${problem.value} busy=${busy.value} off=${locked(person)} go=${t("approval.yes")}
      onChange=${(/** @type {string} */ v) => { pin.value = v; problem.value = ""; }} onDone=${go} />`}
  <//>`;
}
