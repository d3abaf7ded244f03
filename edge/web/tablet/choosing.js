// @ts-check
// A table is chosen by a tap on it: for a party that moves, joins or sits down.

import { html } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { money, toMinor } from "../../../sync/ui/kit/money.js";
import { placeOf } from "./room.js";
import * as state from "./state.js";
import { chooseNone, chosen } from "./tableacts.js";

/** Whether a table can be chosen. @param {state.Choosing} c @param {string} table */
export function mayChoose(c, table) {
  const at = placeOf(table);
  if (at.state === "dirty") return false;
  const own = c.from.includes(table);
  switch (c.what) {
    case "join":
      return !own;
    case "order":
      return !own;
    case "move":
      return own ? c.from.length > 1 : at.party === null && at.state === "free";
    default:
      return at.party === null && at.state === "free";
  }
}

/** Over the plan while a table is chosen. */
export function ChoosingBar() {
  const c = state.choosing.value;
  if (!c) return null;
  if (c.target) return html`<${JoinBar} choosing=${c} table=${c.target} />`;
  return html`<div class="choosing" role="status"><${Icon} name=${{ join: "link", seat: "armchair", move: "arrow-right-left", order: "arrow-right-left" }[c.what]} size=${24} />
    <p><strong>${c.title}</strong><span>${t("choose.tap")}</span></p>
    <${Button} onClick=${chooseNone}>${t("choose.not")}<//></div>`;
}

/** Asks once before two parties become one. @param {{choosing: state.Choosing, table: string}} props */
function JoinBar({ choosing, table }) {
  const venue = state.currency.value;
  const [one, other] = [placeOf(choosing.from[0]).party, placeOf(table).party];
  /** @param {state.Party | null} p */
  const words = (p) => (p ? `${t("table.guests", { n: p.covers })}, ${money(toMinor(p.totalAmount, venue.digits), venue)}` : "");
  return html`<div class="choosing" role="status"><${Icon} name="link" size=${24} />
    <p><strong>${t("choose.both", { one: choosing.from.join(" + "), other: other?.tables.join(" + ") ?? table })}</strong><span class="num">${words(one)} · ${words(other)}</span></p>
    <${Button} onClick=${chooseNone}>${t("choose.not")}<//>
    <${Button} kind="ink" data-join-go onClick=${() => chosen(choosing, table)}>${t("choose.joinGo")}<//></div>`;
}
