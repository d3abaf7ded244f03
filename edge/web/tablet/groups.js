// @ts-check
// Groups of modifiers to choose from: chips, and under them how the one is had that was
// touched last, and what there is to choose of what was chosen. Whatever opens opens below
// the finger: what was touched stays where it is.

import { cls, html, useSignal } from "../../../sync/ui/kit/html.js";
import { Chip } from "../../../sync/ui/kit/chip.js";
import { Stepper } from "../../../sync/ui/kit/stepper.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { money } from "../../../sync/ui/kit/money.js";
import { toast } from "../../../sync/ui/kit/toast.js";
import { allergenWords } from "./allergens.js";
import * as choice from "./choice.js";
import { language } from "./language.js";
import * as state from "./state.js";

/** How many of a group there are to choose, and how many cost nothing. @param {choice.Group} group */
function rule({ min, max, free }) {
  const bounds = min > 0
    ? t(min === max ? "sheet.exactly" : max > 0 ? "sheet.between" : "sheet.least", { min, n: min === max || max === 0 ? min : max })
    : max > 0 ? t("sheet.most", { n: max }) : t("sheet.group");
  return free > 0 ? `${bounds} · ${t("sheet.free", { n: free })}` : bounds;
}

/** Over what is chosen of: its name, its rule, and what is still asked for. @param {{name: string, words: string, left: number}} props */
export function Asked({ name, words, left }) {
  return html`<h3>${name} <span class=${left > 0 ? "asked" : "secondary"}>${left > 0 ? `${words} · ${t("sheet.lacking", { n: left })}` : words}</span></h3>`;
}

/** @typedef {{groups: choice.Group[], picks: choice.Pick[], onChange: (picks: choice.Pick[]) => void}} Choosing */

/** All groups of one thing, first those of which something must be chosen. @param {Choosing} props */
export function Groups({ groups, picks, onChange }) {
  const first = [...groups].sort((a, b) => Number(b.min > 0) - Number(a.min > 0));
  return first.map((g, i) => html`<${Group} key=${i} group=${g} groups=${groups} picks=${picks} onChange=${onChange} />`);
}

/** @param {Choosing & {group: choice.Group}} props */
function Group({ group, groups, picks, onChange }) {
  const touched = useSignal(/** @type {string | null} */ (null));
  /** @param {choice.Modifier} m */
  const own = (m) => picks.find((p) => p.id === m.modifierId);
  /** @param {choice.Modifier} m */
  const tap = (m) => {
    const had = own(m);
    if (had && touched.value !== m.modifierId && adjustable(group, m)) return void (touched.value = m.modifierId);
    if (!had && m.left === 0) return toast({ text: t("dish.soldOut", { name: m.name }) });
    const next = choice.toggle(groups, group, picks, m);
    if (next === picks) return toast({ text: t("sheet.full", { name: group.name, n: group.max }) });
    touched.value = had ? null : m.modifierId;
    onChange(next);
  };
  const last = group.modifiers.find((m) => m.modifierId === touched.value && own(m) && adjustable(group, m));
  const open = group.modifiers.filter((m) => m.groups.length > 0 && own(m) && own(m)?.pre !== "no");
  return html`<section class="modifier-group">
    <${Asked} name=${group.name || t("sheet.extras")} words=${rule(group)} left=${group.min - choice.held(group, picks)} />
    <div class="modifier-grid">${group.modifiers.map((m) => html`<${Chip} key=${m.modifierId} chosen=${own(m) !== undefined} data-modifier=${m.modifierId}
      class=${cls("modifier", m === last && "touched", m.left === 0 && "out")} sub=${said(m, own(m))} onClick=${() => tap(m)}>${m.name}<//>`)}</div>
    ${last && html`<${Adjust} key=${last.modifierId} group=${group} modifier=${last} picks=${picks} onChange=${onChange} />`}
    ${open.map((m) => html`<div key=${m.modifierId} class="nested" role="group" aria-label=${m.name}>
      <p class="nested-name">${m.name}</p>
      <${Groups} groups=${m.groups} picks=${own(m)?.picks ?? []} onChange=${(/** @type {choice.Pick[]} */ inner) => onChange(choice.inside(picks, m.modifierId, inner))} />
    </div>`)}
  </section>`;
}

/** @param {choice.Group} group @param {choice.Modifier} m */
function adjustable(group, m) {
  return choice.counts(group, m) || choice.pres(group).length > 0;
}

/** Under the name of a modifier: how it is had, what one costs, and its allergens. @param {choice.Modifier} m @param {choice.Pick} [p] */
function said(m, p) {
  if (m.left === 0) return t("dish.soldOutShort");
  const price = choice.unit(m, p?.pre);
  const words = [
    p?.pre && t(`pre.${p.pre}`),
    p && p.n > 1 && t("sheet.times", { n: p.n }),
    price > 0 && `+ ${money(price, state.currency.value)}`,
    m.allergens && p?.pre !== "no" && allergenWords(m.allergens, language.value).join(", "),
  ];
  return words.filter(Boolean).join(" · ") || undefined;
}

/** How a modifier is had: no, extra, on the side; how many times. @param {{group: choice.Group, modifier: choice.Modifier, picks: choice.Pick[], onChange: (picks: choice.Pick[]) => void}} props */
function Adjust({ group, modifier, picks, onChange }) {
  const own = picks.find((p) => p.id === modifier.modifierId);
  /** @param {choice.Pre} pre */
  const set = (pre) => {
    const next = choice.setPre(group, picks, modifier, pre);
    if (next === picks) toast({ text: t("sheet.full", { name: group.name, n: group.max }) });
    else onChange(next);
  };
  return html`<div class="adjust" role="group" aria-label=${modifier.name}>
    <span class="adjust-name">${modifier.name}</span>
    ${choice.pres(group).map((pre) => html`<${Chip} key=${pre} class="pre" chosen=${own?.pre === pre} check=${false} data-pre=${pre} onClick=${() => set(pre)}>${t(`pre.${pre}`)}<//>`)}
    ${choice.counts(group, modifier) && html`<span class=${cls("adjust-count", own?.pre === "no" && "away")}>
      <${Stepper} label=${t("sheet.howOften", { name: modifier.name })} value=${own?.n ?? 1} max=${Math.max(1, choice.most(group, modifier, picks))}
        onChange=${(/** @type {number} */ n) => onChange(choice.setCount(group, picks, modifier, n))} /></span>`}
  </div>`;
}
