// @ts-check
import { cls, html } from "../../../sync/ui/kit/html.js";
import { Figure } from "../../../sync/ui/kit/figure.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { count } from "../../../sync/ui/kit/money.js";
import { clock, tableAge } from "../../../sync/ui/kit/time.js";
import { Toasts } from "../../../sync/ui/kit/toast.js";
import { Nav } from "../today/nav.js";
import { Pick } from "../today/pick.js";
import { sections, sums } from "./room.js";
import * as state from "./state.js";

/** @typedef {import("./room.js").Room} Room */

const place = () => ({ zone: state.restaurant.value?.zone || undefined });

export function Page() {
  const all = state.restaurants.value ?? [];
  const since = state.lostSince.value;
  const rooms = state.floor.value?.rooms;
  return html`<div class=${cls("hq", since !== null && "not-live")}>
    <${Nav} me=${state.me.value} lead=${t("restaurants.n", { n: all.length })} page="floor" />
    <header class="head"><h1>${t("nav.floor")}</h1>
      <span class="head-day head-asof num">${state.floor.value && html`<i class="dot" aria-hidden="true"></i>${t("asOf.one", { time: clock(state.floor.value.asOf, place()) })}`}</span>
      <${Pick} all=${all} chosen=${state.chosen.value} onChoose=${state.choose} />
    </header>
    <main class="page">
      ${since !== null && html`<p class="lost" role="status"><${Icon} name="cloud-off" size=${16} />${t("notLive", { time: clock(since, place(), { seconds: true }) })}</p>`}
      ${all.length === 0 && html`<p class="card floor-none">${t("table.empty")}</p>`}
      ${rooms && html`<${Sums} rooms=${rooms} /><div class="columns floor-columns">
        <div class="floor-rooms">${rooms.length === 0 ? html`<p class="card floor-none">${t("floor.noBox")}</p>` : rooms.map((r) => html`<${RoomOf} key=${r.box.id} room=${r} several=${rooms.length > 1} />`)}</div>
        <${WaitList} rooms=${rooms} /></div>`}
    </main>
    <${Toasts} />
  </div>`;
}

/** @param {{rooms: Room[]}} props */
function Sums({ rooms }) {
  const s = sums(rooms);
  /** @param {string} id @param {number} n @param {string} [more] */
  const one = (id, n, more) => html`<div class="card" data-sum=${id}><dt>${t(`sum.${id}`)}</dt><dd class="num"><${Figure}>${count(n)}<//>${more && html` <small>${more}</small>`}</dd></div>`;
  return html`<dl class="floor-sums">${one("guests", s.guests)}${one("taken", s.taken, t("sum.of", { n: s.tables }))}${one("dirty", s.dirty)}
    ${one("waiting", s.waiting, s.waiting > 0 ? t("sum.waitingGuests", { n: s.waitingGuests }) : "")}</dl>`;
}

/** @param {{room: Room, several: boolean}} props several: of one restaurant; then each says which box it is of */
function RoomOf({ room, several }) {
  const { box } = room;
  return html`${box.state !== "online" && html`<p class="floor-dark badge badge-red" data-dark><${Icon} name="cloud-off" size=${16} />${box.state === "never" ? t("floor.never") : t("floor.dark", { time: clock(box.since ?? 0, place()) })}</p>`}
    ${room.tables.length === 0 && html`<p class="card floor-none">${t("floor.noTables")}</p>`}
    ${sections(room).map((s) => html`<section key=${s.name} class="card floor-section" aria-label=${s.name || t("floor.offPlan")}>
      <h2 class="card-title">${s.name || t("floor.offPlan")}${several && html`<span>${t("floor.box", { box: box.id.slice(-4) })}</span>`}</h2>
      <ul class="seats">${s.tables.map((x) => html`<${Seat} key=${x.table} table=${x} room=${room} />`)}</ul></section>`)}`;
}

/** One table. @param {{table: import("./room.js").Table, room: Room}} props */
function Seat({ table: x, room }) {
  const party = room.parties.find((p) => p.partyId === x.partyId);
  const others = party?.tables.filter((name) => name !== x.table) ?? [];
  return html`<li class=${`seat seat-${x.state}`} data-table=${x.table} data-state=${x.state}>
    <p class="seat-head"><strong>${x.table}</strong>${x.since && html`<span class="num" title=${clock(x.since, place())}>${tableAge(state.moment.value - x.since)}</span>`}</p>
    <p class="seat-state">${t(`seat.${x.state}`)}</p>
    <p class="seat-who">${party ? t("floor.guests", { n: party.covers }) : x.state === "free" && x.seats ? t("floor.seats", { n: x.seats }) : ""}</p>
    ${party?.serverName && html`<p class="seat-who clip">${party.serverName}</p>`}
    ${others.length > 0 && html`<p class="seat-who clip">${t("floor.with", { tables: others.join(", ") })}</p>`}</li>`;
}

/** @param {{rooms: Room[]}} props */
function WaitList({ rooms }) {
  const list = rooms.flatMap((r) => r.waiting);
  return html`<section class="card floor-wait" aria-label=${t("floor.waitList")}><h2 class="card-title">${t("floor.waitList")}</h2>
    ${list.length === 0 ? html`<p class="floor-quiet">${t("floor.nobodyWaits")}</p>`
      : html`<ol>${list.map((w) => html`<li key=${w.partyId} data-waiting=${w.number}><strong class="num">${w.number}</strong>
          <span>${t("floor.guests", { n: w.covers })}<small>${w.minutes > 0 ? t("floor.told", { n: w.minutes }) : t("floor.toldNothing")}</small></span>
          <span class="num">${tableAge(state.moment.value - w.since)}</span></li>`)}</ol>`}</section>`;
}
