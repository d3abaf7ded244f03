// @ts-check
// The sheet of one unsent line: what is chosen of it, a note, how many.

import { html, useSignal } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { Stepper } from "../../../sync/ui/kit/stepper.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { money } from "../../../sync/ui/kit/money.js";
import { choose, removeLine, setNote, setQuantity } from "./acts.js";
import * as cart from "./cart.js";
import { Groups } from "./groups.js";
import { SetMenu } from "./setmenu.js";
import * as state from "./state.js";

/** @param {{line: cart.Draft, where: string, onClose: () => void}} props */
export function ModifierSheet({ line, where, onClose }) {
  const venue = state.currency.value;
  const dish = state.dishes.value.get(line.item);
  const remove = () => {
    onClose();
    removeLine(line.line);
  };
  const head = html`<h2 class="sheet-title"><span>${line.name}</span> <span class="num sheet-price">${money(cart.amount(line, state.dishes.value), venue)}</span></h2>
    <p class="secondary">${where}</p>`;
  const foot = html`<${Button} kind="quiet" icon="trash" onClick=${remove}>${t("line.remove")}<//>
    <span class="spacer"></span>
    <${Stepper} label=${t("sheet.quantity")} value=${line.quantity} onChange=${(/** @type {number} */ n) => setQuantity(line.line, n)} />
    <${Button} kind="ink" onClick=${onClose}>${t("sheet.done")}<//>`;
  return html`<${Sheet} class="choices" label=${line.name} onClose=${onClose} head=${head} foot=${foot}>
    ${line.problem && html`<p class="sheet-problem" role="alert">${line.problem}</p>`}
    <${Note} line=${line} />
    <${SetMenu} line=${line} parts=${dish?.combo ?? []} />
    <${Groups} groups=${dish?.groups ?? []} picks=${line.picks} onChange=${(/** @type {import("./choice.js").Pick[]} */ picks) => choose(line.line, { picks })} />
    ${dish?.photo && html`<${Photo} name=${dish.photo} />`}
  <//>`;
}

/** What the dish looks like, for a guest who asks: last, where no choice waits behind it. Nothing where it is not on the box yet.
 * @param {{name: string}} props */
function Photo({ name }) {
  const missing = useSignal(false);
  return missing.value ? null : html`<img class="sheet-photo" src=${`/api/v1/photos/${name}`} alt="" onError=${() => (missing.value = true)} />`;
}

/** @param {{line: cart.Draft}} props */
function Note({ line }) {
  const left = cart.noteLength - [...line.note].length;
  return html`<label class="note">
    <span class="spoken">${t("sheet.note")}</span>
    <input name="note" value=${line.note} maxlength=${cart.noteLength} placeholder=${t("sheet.note")} autocomplete="off" enterkeyhint="done"
      onInput=${(/** @type {any} */ e) => setNote(line.line, e.currentTarget.value)}
      onKeyDown=${(/** @type {any} */ e) => e.key === "Enter" && e.currentTarget.blur()} />
    ${line.note && html`<span class="hint num">${t("sheet.noteLeft", { n: left })}</span>`}
  </label>`;
}
