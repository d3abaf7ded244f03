// @ts-check
// The sheet of one unsent line: what is chosen of it, a note, how many.

import { html, useSignal } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { Stepper } from "../../../sync/ui/kit/stepper.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { decimal, money, toMinor } from "../../../sync/ui/kit/money.js";
import { allergenWords } from "./allergens.js";
import { choose, removeLine, setNote, setQuantity } from "./acts.js";
import * as cart from "./cart.js";
import * as choice from "./choice.js";
import * as combo from "./combo.js";
import { Groups } from "./groups.js";
import { language } from "./language.js";
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
  const foot = html`<${Allergens} line=${line} />
    <div class="foot-row"><${Button} kind="quiet" icon="trash" onClick=${remove}>${t("line.remove")}<//>
    <span class="spacer"></span>
    <${Stepper} label=${t("sheet.quantity")} value=${line.quantity} onChange=${(/** @type {number} */ n) => setQuantity(line.line, n)} />
    <${Button} kind="ink" onClick=${onClose}>${t("sheet.done")}<//></div>`;
  return html`<${Sheet} class="choices" label=${line.name} onClose=${onClose} head=${head} foot=${foot}>
    ${line.problem && html`<p class="sheet-problem" role="alert">${line.problem}</p>`}
    ${dish?.openPrice && html`<${Price} line=${line} bounds=${dish.openPrice} />`}
    <${Note} line=${line} />
    <${SetMenu} line=${line} parts=${dish?.combo ?? []} />
    <${Groups} groups=${dish?.groups ?? []} picks=${line.picks} onChange=${(/** @type {import("./choice.js").Pick[]} */ picks) => choose(line.line, { picks })} />
    ${dish?.photo && html`<${Photo} name=${dish.photo} />`}
  <//>`;
}

/** What of it a guest may not be able to eat, as it is chosen now. Where the menu says so of
 * no dish, nothing is said of this one. It stands in the foot: what grows there moves no choice. @param {{line: cart.Draft}} props */
function Allergens({ line }) {
  const dishes = state.dishes.value;
  const dish = dishes.get(line.item);
  const written = [...(dish?.allergens ?? []), ...choice.allergens(dish?.groups ?? [], line.picks), ...combo.allergens(line.combo ?? [], dishes)];
  const words = allergenWords(written, language.value);
  if (words.length === 0) return state.notesAllergens.value ? html`<p class="allergens secondary">${t("sheet.allergensNone")}</p>` : null;
  return html`<p class="allergens" aria-live="polite"><${Icon} name="triangle-alert" size=${18} /><span>${t("sheet.allergens")}</span> <strong lang=${language.value || undefined}>${words.join(", ")}</strong></p>`;
}

/** What the dish looks like, for a guest who asks: last, where no choice waits behind it. Nothing where it is not on the box yet.
 * @param {{name: string}} props */
function Photo({ name }) {
  const missing = useSignal(false);
  return missing.value ? null : html`<img class="sheet-photo" src=${`/api/v1/photos/${name}`} alt="" onError=${() => (missing.value = true)} />`;
}

/** What one costs, where the dish has no price of its own. @param {{line: cart.Draft, bounds: {least: number, most: number}}} props */
function Price({ line, bounds }) {
  const venue = state.currency.value;
  const typed = useSignal(line.said === undefined ? "" : decimal(line.said, venue.digits));
  const wrong = typed.value !== "" && !cart.within(bounds, line.said);
  /** @param {string} text */
  const say = (text) => {
    typed.value = text;
    const value = Number(text.trim().replace(",", "."));
    choose(line.line, { said: text.trim() !== "" && Number.isFinite(value) ? toMinor(value, venue.digits) : undefined });
  };
  return html`<label class="note asked-price">
    <span>${t("sheet.priceOf")} <span class=${wrong ? "line-problem" : "secondary num"} role=${wrong ? "alert" : undefined}>${t("sheet.priceBounds", { least: money(bounds.least, venue), most: money(bounds.most, venue) })}</span></span>
    <input name="price" class="num" inputmode="decimal" autocomplete="off" enterkeyhint="done" value=${typed.value} aria-invalid=${String(wrong)}
      onInput=${(/** @type {any} */ e) => say(e.currentTarget.value)} onKeyDown=${(/** @type {any} */ e) => e.key === "Enter" && e.currentTarget.blur()} />
  </label>`;
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
