// @ts-check
// What changes a dish, as a line shows it: what costs extra is marked. Pure.

import { t } from "../../../sync/ui/kit/i18n.js";

/** @typedef {import("../../../sync/ui/kit/line.js").Detail} Detail */

/** Of a line that is not sent. @param {import("./cart.js").Draft} l @returns {Detail[]} */
export function ofDraft(l) {
  const note = l.note.trim();
  return [
    ...l.combo.flatMap((c) => [{ text: c.name }, ...ofPicks(c.picks)]),
    ...ofPicks(l.picks),
    ...(note ? [{ text: note }] : []),
  ];
}

/** @param {import("./choice.js").Pick[]} picks @returns {Detail[]} */
function ofPicks(picks) {
  return picks.flatMap((p) => [{ text: said(p), extra: p.price > 0 && p.pre !== "no" }, ...ofPicks(p.picks)]);
}

/** As it is said and printed: 2x extra Cheese. @param {import("./choice.js").Pick} p */
function said({ pre, n, name }) {
  const words = pre ? t(`said.${pre}`, { name }) : name;
  return n > 1 ? `${n}x ${words}` : words;
}

/**
 * Of a line that the box tells; the menu says what costs extra.
 * @param {{modifications?: string[], voided?: number, share?: string, held?: boolean}} l
 * @param {{groups: import("./choice.js").Group[]} | undefined} dish
 * @returns {Detail[]}
 */
export function ofLine(l, dish) {
  const dear = costly(dish?.groups ?? []);
  return [
    ...(l.voided ? [{ text: t("line.voided", { n: l.voided }) }] : []),
    ...(l.held ? [{ text: t("line.held") }] : []),
    ...(l.share ? [{ text: t("line.share", { share: l.share }) }] : []),
    ...(l.modifications ?? []).map((text) => ({ text, extra: dear.has(text.replace(/^\d+x /, "").replace(/^(extra|side) /, "")) })),
  ];
}

/** Names of the modifiers that cost. @param {import("./choice.js").Group[]} groups @returns {Set<string>} */
function costly(groups) {
  return new Set(groups.flatMap((g) => g.modifiers.flatMap((m) => [...(m.price > 0 ? [m.key] : []), ...costly(m.groups)])));
}
