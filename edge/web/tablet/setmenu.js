// @ts-check
// The parts of a set menu: what is had in each, and the choices of that dish in turn.

import { cls, html } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Chip } from "../../../sync/ui/kit/chip.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { money } from "../../../sync/ui/kit/money.js";
import { toast } from "../../../sync/ui/kit/toast.js";
import { choose } from "./acts.js";
import * as combo from "./combo.js";
import { Asked, Groups } from "./groups.js";
import * as state from "./state.js";

/** @param {{line: import("./cart.js").Draft, parts: combo.Part[]}} props */
export function SetMenu({ line, parts }) {
  return parts.map((part) => html`<${Part} key=${part.key} part=${part} parts=${parts} line=${line} />`);
}

/** @param {{line: import("./cart.js").Draft, parts: combo.Part[], part: combo.Part}} props */
function Part({ line, parts, part }) {
  const dishes = state.dishes.value;
  const mine = line.combo.filter((c) => c.part === part.key);
  /** @param {import("./state.js").Item} dish */
  const tap = (dish) => {
    const next = combo.take(parts, line.combo, part, dish);
    if (next === line.combo) return toast({ text: t("sheet.full", { name: part.name, n: part.choose }) });
    const fresh = next.some((c) => !line.combo.includes(c));
    if (fresh && !dish.available) return toast({ text: t("dish.soldOut", { name: dish.name }) });
    choose(line.line, { combo: next });
  };
  return html`<section class="modifier-group" data-part=${part.key}>
    <${Asked} name=${part.name} words=${t("sheet.exactly", { n: part.choose })} left=${part.choose - mine.length} />
    <div class="modifier-grid">${part.choices.map((c) => {
      const dish = dishes.get(c.menuItemId);
      if (!dish) return null;
      const n = mine.filter((x) => x.item === c.menuItemId).length;
      const words = [!dish.available && t("dish.soldOutShort"), n > 1 && t("sheet.times", { n }), c.price > 0 && `+ ${money(c.price, state.currency.value)}`];
      return html`<${Chip} key=${c.menuItemId} chosen=${n > 0} class=${cls("modifier", !dish.available && "out")} data-choice=${c.menuItemId}
        sub=${words.filter(Boolean).join(" · ") || undefined} onClick=${() => tap(dish)}>${dish.name}<//>`;
    })}</div>
    ${mine.map((c, i) => html`<${Taken} key=${`${i}${c.item}`} line=${line} chosen=${c} several=${part.choose > 1} />`)}
  </section>`;
}

/** What was taken: its own choices, and out of several a way to take it off. @param {{line: import("./cart.js").Draft, chosen: combo.Chosen, several: boolean}} props */
function Taken({ line, chosen, several }) {
  const groups = state.dishes.value.get(chosen.item)?.groups ?? [];
  if (groups.length === 0 && !several) return null;
  return html`<div class="nested" role="group" aria-label=${chosen.name}>
    <div class="nested-head"><p class="nested-name">${chosen.name}</p>
      ${several && html`<${Button} kind="quiet" icon="x" label=${t("sheet.dropPart", { name: chosen.name })} onClick=${() => choose(line.line, { combo: combo.drop(line.combo, chosen) })} />`}</div>
    <${Groups} groups=${groups} picks=${chosen.picks} onChange=${(/** @type {import("./choice.js").Pick[]} */ picks) => choose(line.line, { combo: combo.setPicks(line.combo, chosen, picks) })} />
  </div>`;
}
