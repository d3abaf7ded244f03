// @ts-check
// What stands around the lines of an order: its number, its state, what moves it on,
// and how its tickets fare.

import { html } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Mark } from "../../../sync/ui/kit/mark.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { clock } from "../../../sync/ui/kit/time.js";
import { fire, sendAgain, setStatus } from "./acts.js";
import { mayCancel, nextStatus } from "./commands.js";
import { trouble, troubled } from "./marks.js";
import { notSent, orderName } from "./settle.js";
import * as state from "./state.js";

/** @type {Record<string, string>} */
const badges = { open: "sky", placed: "sky", preparing: "blue", ready: "green-solid", served: "plain", cancelled: "red", merged: "plain" };

/** @param {{id: string, order?: import("./state.js").Order, onCancel: () => void}} props */
export function OrderHead({ id, order, onCancel }) {
  if (!order) return html`<h2 class="ticket-title">${orderName(id)}</h2>`;
  const refused = notSent(id);
  const promised = parseInt(order.estimatedTime ?? "", 10); // "15 minutes"
  const about = order.status === "placed" && promised > 0 ? t("order.promised", { n: promised }) : undefined;
  return html`<header class="order-head">
    <h2 class="ticket-title"><span>${orderName(id)}<span class="secondary num">${["", clock(Date.parse(order.createdAt), state.currency.value), about].filter((w) => w !== undefined).join(" · ")}</span></span>
      <span class="badge badge-${badges[order.status]}" data-status=${order.status}>${t(`status.${order.status}`)}</span></h2>
    <${Steps} order=${order} onCancel=${onCancel} />
    ${refused && html`<div class="trouble"><${Mark} state="problem" />
      <p><strong>${refused}</strong><span>${t("order.safe")}</span></p>
      <${Button} kind="outline" onClick=${() => sendAgain(id)}>${t("order.sendAgain")}<//></div>`}
  </header>`;
}

/** Only legal steps are there. @param {{order: import("./state.js").Order, onCancel: () => void}} props */
function Steps({ order, onCancel }) {
  const next = nextStatus(order.status);
  const move = state.moves.value[order.orderId];
  const busy = Boolean(move && !move.problem);
  if (!next && !mayCancel(order.status) && !order.items.some((l) => l.held)) return null;
  const held = order.items.some((l) => l.held);
  return html`<div class="steps">
    ${held && html`<${Button} icon="send" data-fire onClick=${() => fire(order.orderId)}>${t("step.fire")}<//>`}
    ${next && html`<${Button} icon=${{ preparing: "cooking-pot", ready: "bell", served: "check" }[next]} busy=${busy} onClick=${() => setStatus(order.orderId, next)}>${t(`step.${next}`)}<//>`}
    <span class="spacer"></span>
    ${mayCancel(order.status) && html`<${Button} kind="quiet" class="cancel" onClick=${onCancel}>${t("order.cancel")}<//>`}
  </div>
  ${move?.problem && html`<p class="steps-problem" role="alert">${move.problem}</p>`}`;
}

/** How the tickets fare: a word while they are under way, a sentence when they are in trouble. @param {{order: import("./state.js").Order}} props */
export function Tickets({ order }) {
  const tickets = order.tickets ?? [];
  const bad = troubled(tickets);
  const going = tickets.filter((ticket) => !bad.includes(ticket) && ticket.state !== "printed"); // the marks say what is printed
  return html`<div class="tickets">
    ${bad.map((ticket) => html`<div key=${ticket.ticketId} class="trouble" data-trouble=${trouble(ticket)}>
      <${Mark} state=${trouble(ticket)} />
      <p><strong>${ticket.problem || t(`ticket.${ticket.state}`)}</strong>
        <span>${ticket.number} · ${t(`ticket.${trouble(ticket)}`, { station: ticket.station })}</span></p></div>`)}
    ${going.length > 0 && html`<p class="hint num">${going.map((ticket) => `${ticket.station} ${ticket.number} ${t(`ticket.${ticket.state}`)}`).join(" · ")}</p>`}
  </div>`;
}
