// @ts-check
// What is chosen of the groups of a dish, and what it comes to. The box decides and prices
// by the same rules (edge/menu/price.go): what the sheet says is what is charged. Pure.

/**
 * @typedef {"no" | "extra" | "side"} Pre
 *
 * @typedef {object} Modifier
 * @property {string} modifierId
 * @property {string} key the name on the menu
 * @property {string} name in the language of this tablet
 * @property {number} price minor units
 * @property {number} [extra] the price of extra, where it is not twice its own
 * @property {boolean} [default] comes with the dish
 * @property {number} [most] how often it can be had; absent: as often as the group takes
 * @property {number} [left] portions; absent: not counted
 * @property {string[]} [allergens] as the menu writes them
 * @property {Group[]} groups what there is to choose in turn
 *
 * @typedef {object} Group
 * @property {string} key
 * @property {string} name
 * @property {number} min how many of it at least
 * @property {number} max and at most; 0: no bound
 * @property {number} free the first ones that cost nothing
 * @property {Modifier[]} modifiers
 *
 * @typedef {object} Pick a modifier that was chosen
 * @property {string} id
 * @property {string} name
 * @property {number} price minor units, of one as it is
 * @property {number} n
 * @property {Pre} [pre]
 * @property {Pick[]} picks of the groups of the modifier
 */

const bound = 99; // the box takes no more of one modifier

/** @param {Modifier} m @returns {Pick} with what comes with it */
export function pick(m) {
  return { id: m.modifierId, name: m.name, price: m.price, n: 1, picks: standard(m.groups) };
}

/** What comes with a dish where a choice is asked for. @param {Group[]} groups @returns {Pick[]} */
export function standard(groups) {
  return groups.flatMap((g) => g.modifiers.filter((m) => m.default && m.left !== 0).slice(0, g.min).map(pick));
}

/** How many of a group are chosen; what is left away is none. @param {Group} group @param {Pick[]} picks */
export function held(group, picks) {
  const mine = new Set(group.modifiers.map((m) => m.modifierId));
  return picks.reduce((n, p) => n + (mine.has(p.id) && p.pre !== "no" ? p.n : 0), 0);
}

/** How many there can be of a modifier beside what else is chosen. @param {Group} group @param {Modifier} m @param {Pick[]} picks */
export function most(group, m, picks) {
  const others = held(group, picks.filter((p) => p.id !== m.modifierId));
  return Math.min(m.most || bound, m.left ?? bound, group.max > 0 ? group.max - others : bound);
}

/** Whether a modifier can be had more than once. @param {Group} group @param {Modifier} m */
export function counts(group, m) {
  return group.max !== 1 && m.most !== 1;
}

/**
 * How a modifier may be had beside as it is. What must be chosen cannot be left away, and
 * one of a few, such as how a steak is done, is what it is.
 * @param {Group} group
 * @returns {Pre[]}
 */
export function pres(group) {
  if (group.min > 0) return group.max === 1 ? [] : ["extra", "side"];
  return ["no", "extra", "side"];
}

/**
 * In the order of the menu; where the first ones are free, in that in which they were chosen.
 * @param {Group[]} groups
 * @param {Pick[]} picks
 */
function inOrder(groups, picks) {
  /** @type {Map<string, number>} */
  const place = new Map();
  groups.forEach((g, at) => g.modifiers.forEach((m, i) => place.set(m.modifierId, at + (g.free > 0 ? 0 : i / g.modifiers.length))));
  return [...picks].sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
}

/**
 * Chooses a modifier, or gives it up. Of a group that takes one the new choice stands for
 * the old; one that is full takes no more: the same picks come back.
 * @param {Group[]} groups
 * @param {Group} group
 * @param {Pick[]} picks
 * @param {Modifier} m
 * @returns {Pick[]}
 */
export function toggle(groups, group, picks, m) {
  const rest = picks.filter((p) => p.id !== m.modifierId);
  if (rest.length < picks.length) return rest;
  const beside = new Set(group.modifiers.map((x) => x.modifierId));
  const kept = group.max === 1 ? rest.filter((p) => p.pre === "no" || !beside.has(p.id)) : rest;
  return most(group, m, kept) < 1 ? picks : inOrder(groups, [...kept, pick(m)]);
}

/** @param {Pick[]} picks @param {string} id @param {(p: Pick) => Pick} change @returns {Pick[]} */
function alter(picks, id, change) {
  return picks.map((p) => (p.id === id ? change(p) : p));
}

/** @param {Group} group @param {Pick[]} picks @param {Modifier} m @param {number} n held within one and what there can be */
export function setCount(group, picks, m, n) {
  return alter(picks, m.modifierId, (p) => ({ ...p, n: Math.max(1, Math.min(n, most(group, m, picks))) }));
}

/**
 * Has a modifier another way; the same way once more is as it is. What is left away is so
 * once, and nothing of it is chosen. The same picks come back where the group is full.
 * @param {Group} group
 * @param {Pick[]} picks
 * @param {Modifier} m
 * @param {Pre} pre
 * @returns {Pick[]}
 */
export function setPre(group, picks, m, pre) {
  const was = picks.find((p) => p.id === m.modifierId);
  if (was?.pre === "no" && most(group, m, picks) < 1) return picks;
  return alter(picks, m.modifierId, ({ pre: old, ...p }) => {
    if (pre === "no" && old !== "no") return { ...p, n: 1, picks: [], pre };
    const back = old === "no" ? { ...p, picks: standard(m.groups) } : p;
    return pre === old ? back : { ...back, pre };
  });
}

/** Puts what was chosen of a modifier's own groups. @param {Pick[]} picks @param {string} id @param {Pick[]} inner */
export function inside(picks, id, inner) {
  return alter(picks, id, (p) => ({ ...p, picks: inner }));
}

/** Names of the groups that ask for more than is chosen, the inner ones, too. @param {Group[]} groups @param {Pick[]} picks @returns {string[]} */
export function lacking(groups, picks) {
  return groups.flatMap((g) => [
    ...(held(g, picks) < g.min ? [g.name] : []),
    ...g.modifiers.flatMap((m) => {
      const own = picks.find((p) => p.id === m.modifierId && p.pre !== "no");
      return own ? lacking(m.groups, own.picks) : [];
    }),
  ]);
}

/**
 * Allergens of what is chosen, as the menu writes them. What is left away adds none, and
 * takes none away that the dish is said to have: nobody promises a guest that by a tap.
 * @param {Group[]} groups
 * @param {Pick[]} picks
 * @returns {string[]}
 */
export function allergens(groups, picks) {
  const all = groups.flatMap((g) => g.modifiers);
  return picks.flatMap((p) => {
    const m = p.pre === "no" ? undefined : all.find((x) => x.modifierId === p.id);
    return m ? [...(m.allergens ?? []), ...allergens(m.groups, p.picks)] : [];
  });
}

/** One of a modifier, minor units. @param {Modifier} m @param {Pre} [pre] */
export function unit(m, pre) {
  if (pre === "no") return 0;
  return pre === "extra" ? m.extra ?? 2 * m.price : m.price;
}

/**
 * What picks come to, minor units: the first ones of a group are free, and what is chosen
 * of a modifier is had as often as the modifier.
 * @param {Group[]} groups
 * @param {Pick[]} picks
 * @param {number} [times]
 * @returns {number}
 */
export function price(groups, picks, times = 1) {
  /** @type {Map<Group, number>} */
  const before = new Map();
  let sum = 0;
  for (const p of picks) {
    const group = groups.find((g) => g.modifiers.some((m) => m.modifierId === p.id));
    const m = group?.modifiers.find((x) => x.modifierId === p.id);
    if (!group || !m || p.pre === "no") continue;
    const n = before.get(group) ?? 0;
    before.set(group, n + p.n);
    const free = Math.min(Math.max(group.free - n, 0), p.n);
    sum += unit(m, p.pre) * (p.n - free) * times + price(m.groups, p.picks, p.n * times);
  }
  return sum;
}
