// @ts-check
// The sheet of one unsent line: modifiers, a note, how many.

import { html, useSignal } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Chip } from "../../../sync/ui/kit/chip.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { Stepper } from "../../../sync/ui/kit/stepper.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { money } from "../../../sync/ui/kit/money.js";
import { removeLine, setNote, setQuantity, toggleModifier } from "./acts.js";
import * as cart from "./cart.js";
import * as state from "./state.js";

/** @param {import("./state.js").Modifier[]} modifiers */
function groups(modifiers) {
  /** @type {Map<string, import("./state.js").Modifier[]>} */
  const all = new Map();
  for (const m of modifiers) {
    const name = m.group || t("sheet.extras");
    all.set(name, [...(all.get(name) ?? []), m]);
  }
  return [...all].sort(([, a], [, b]) => Number((b[0].min ?? 0) > 0) - Number((a[0].min ?? 0) > 0)); // what must be chosen first
}

/** How many of a group there are to choose. @param {import("./state.js").Modifier} m one of it */
function rule({ min = 0, max = 0 }) {
  if (min > 0) return t(min === max ? "sheet.exactly" : "sheet.least", { n: min });
  return max > 0 ? t("sheet.most", { n: max }) : t("sheet.group");
}

/** @param {{line: cart.Draft, where: string, onClose: () => void}} props */
export function ModifierSheet({ line, where, onClose }) {
  const venue = state.currency.value;
  const chosen = new Set(line.modifiers.map((m) => m.name));
  const dish = state.dishes.value.get(line.item);
  const all = groups(dish?.modifiers ?? []);
  const remove = () => {
    onClose();
    removeLine(line.line);
  };
  const head = html`<h2 class="sheet-title"><span>${line.name}</span> <span class="num sheet-price">${money(cart.amount(line), venue)}</span></h2>
    <p class="secondary">${where}</p>`;
  const foot = html`<${Button} kind="quiet" icon="trash" onClick=${remove}>${t("line.remove")}<//>
    <span class="spacer"></span>
    <${Stepper} label=${t("sheet.quantity")} value=${line.quantity} onChange=${(/** @type {number} */ n) => setQuantity(line.line, n)} />
    <${Button} kind="ink" onClick=${onClose}>${t("sheet.done")}<//>`;
  return html`<${Sheet} label=${line.name} onClose=${onClose} head=${head} foot=${foot}>
    ${line.problem && html`<p class="sheet-problem" role="alert">${line.problem}</p>`}
    <${Note} line=${line} />
    ${all.map(([name, modifiers]) => html`<section key=${name} class="modifier-group">
      <h3>${name} <span class=${modifiers.filter((m) => chosen.has(m.name)).length < (modifiers[0].min ?? 0) ? "asked" : "secondary"}>${rule(modifiers[0])}</span></h3>
      <div class="modifier-grid">${modifiers.map((m) => html`<${Chip} key=${m.modifierId} chosen=${chosen.has(m.name)} class="modifier"
        sub=${m.price > 0 ? `+ ${money(m.price, venue)}` : undefined} onClick=${() => toggleModifier(line.line, m)}>${m.name}<//>`)}</div>
    </section>`)}
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
