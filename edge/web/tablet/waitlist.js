// @ts-check
// Guests who wait for a table. They have a number, and a name where they gave one.

import { html, useEffect, useState } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { Stepper } from "../../../sync/ui/kit/stepper.js";
import { minute } from "../../../sync/ui/kit/ticker.js";
import { tableAge } from "../../../sync/ui/kit/time.js";
import { GuestName, customerOf, nobody } from "./guestname.js";
import { waiting as theyWait } from "./room.js";
import { addWaiting, choose, dropWaiting, quote } from "./tableacts.js";
import { Covers } from "./tablesheet.js";

const step = 5; // minutes

/** What stands under a name, or in its place. @param {import("./state.js").Waiter} w */
const who = (w) => html`${w.name && html`<span>${t("table.guests", { n: w.covers })}</span>`}${w.keyPending && html`<span>${t("guest.keyPending")}</span>`}`;

/** @param {{onClose: () => void}} props */
export function WaitList({ onClose }) {
  const waiting = theyWait.value;
  const [covers, setCovers] = useState(2);
  const [told, setTold] = useState(/** @type {number | null} */ (null));
  const [quoted, setQuoted] = useState(/** @type {number | null} */ (null));
  useEffect(() => {
    let now = true;
    void quote(covers).then((n) => now && setQuoted(n));
    return () => void (now = false);
  }, [covers, waiting.length]);
  const [named, setNamed] = useState(nobody);
  const minutes = told ?? quoted ?? 0;
  const add = () => {
    void customerOf(named).then((customer) => addWaiting(covers, minutes, customer));
    setTold(null);
    setNamed(nobody);
  };
  return html`<${Sheet} label=${t("waitlist.title")} class="waitlist" onClose=${onClose} head=${html`<h2 class="title">${t("waitlist.title")}</h2>`}
    foot=${html`<${Button} kind="ink" big class="grow" icon="plus" data-waitlist-add onClick=${add}>${t("waitlist.add", { n: covers })}<//>`}>
    ${waiting.length === 0 && html`<p class="secondary">${t("waitlist.none")}</p>`}
    <ul class="waiting">${waiting.map((w) => html`<li key=${w.partyId} class="waiter" data-waiting=${w.number}>
      <span class="waiter-number num">${w.number}</span>
      <span class="waiter-words"><strong>${w.name ?? t("table.guests", { n: w.covers })}</strong>${who(w)}<span class="num">${t("waitlist.since", { age: tableAge(minute.value - Date.parse(w.since)) })} · ${t("waitlist.told", { n: w.minutes })}</span></span>
      <${Button} kind="quiet" onClick=${() => dropWaiting(w.partyId)}>${t("waitlist.gone")}<//>
      <${Button} icon="armchair" data-waitlist-seat onClick=${() => {
        onClose();
        choose({ what: "seat", party: w.partyId, covers: w.covers, from: [], title: t("choose.seat", { number: w.number, n: w.covers }) });
      }}>${t("waitlist.seat")}<//></li>`)}</ul>
    <h3 class="sheet-label waitlist-new">${t("waitlist.new")}</h3>
    <${Covers} covers=${covers} onChange=${(/** @type {number} */ n) => { setCovers(n); setTold(null); }} />
    <${GuestName} named=${named} onChange=${setNamed} />
    <section class="sheet-part"><h3 class="sheet-label">${t("waitlist.minutes")}</h3>
      <${Stepper} label=${t("waitlist.minutes")} value=${minutes} min=${0} max=${600} by=${step} onChange=${setTold} />
      <p class="secondary">${quoted === null ? t("waitlist.noQuote") : t("waitlist.quote", { n: quoted })}</p></section>
  <//>`;
}
