// @ts-check
// Who sits at a table: how many, whose guests, and what they do next.

import { html, useCallback, useEffect, useState } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Chip } from "../../../sync/ui/kit/chip.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { Stepper } from "../../../sync/ui/kit/stepper.js";
import { minute } from "../../../sync/ui/kit/ticker.js";
import { tableAge } from "../../../sync/ui/kit/time.js";
import { showFloor } from "./acts.js";
import * as state from "./state.js";
import { bringCheck, change, choose, clear, leave, seat, split } from "./tableacts.js";
import { lookAt } from "./tabletile.js";
import { initials } from "./people.js";
import { loadPeople } from "./peopleload.js";

/** In the bar of an order: who sits here, and the way to the sheet. @param {{table: string}} props */
export function GuestsButton({ table }) {
  const { party } = lookAt(table);
  return html`<${Button} icon="users" class="guests" data-guests onClick=${() => (state.sheetOf.value = table)}
    label=${t("table.sheet", { table })}>${party ? html`<span class="num">${party.covers}</span>${party.serverName && html` <b class="table-server">${initials(party.serverName)}</b>`}` : t("table.none")}<//>`;
}

/** The sheet of the table that is looked at. */
export function TableSheet() {
  const table = state.sheetOf.value;
  const close = useCallback(() => void (state.sheetOf.value = null), []);
  return table === null ? null : html`<${Inside} key=${table} table=${table} onClose=${close} />`;
}

/** @param {{table: string, onClose: () => void}} props */
function Inside({ table, onClose }) {
  const now = lookAt(table);
  const [parting, setParting] = useState(/** @type {string | null} */ (null));
  useEffect(() => void loadPeople(), []);
  const label = t("table.sheet", { table });
  const tables = now.party?.tables ?? [table];
  const head = html`<div class="sheet-title"><h2 class="title">${t("table.name", { table: tables.join(" + ") })}</h2>
    ${now.what !== "free" && html`<span class="badge table-badge is-${now.what}">${now.since === null ? t(`status.${now.what}`) : t("table.since", { state: t(`status.${now.what}`), age: tableAge(minute.value - now.since) })}</span>`}</div>`;
  if (now.what === "dirty") {
    const go = () => {
      clear(table);
      onClose();
    };
    return html`<${Sheet} label=${label} onClose=${onClose} head=${head}
      foot=${html`<${Button} kind="ink" big class="grow" icon="sparkles" data-clear onClick=${go}>${t("table.cleared")}<//>`}><p>${t("table.dirtyWhat")}</p><//>`;
  }
  if (!now.party) return html`<${SeatSheet} table=${table} label=${label} head=${head} adopts=${now.orders.length > 0} onClose=${onClose} />`;
  if (parting !== null) return html`<${SplitSheet} party=${now.party} table=${parting} label=${label} onBack=${() => setParting(null)} onClose=${onClose} />`;
  return html`<${PartySheet} party=${now.party} label=${label} head=${head} onSplit=${setParting} onClose=${onClose} />`;
}

/** @param {{table: string, label: string, head: any, adopts: boolean, onClose: () => void}} props */
function SeatSheet({ table, label, head, adopts, onClose }) {
  const seats = state.tables.value.find((x) => x.table === table)?.seats;
  const [covers, setCovers] = useState(seats || 2);
  const [server, setServer] = useState(state.me.value?.staffId ?? "");
  const go = () => {
    seat([table], covers, server || undefined);
    onClose();
  };
  return html`<${Sheet} label=${label} onClose=${onClose} head=${head}
    foot=${html`<${Button} kind="ink" big class="grow" icon="armchair" data-seat onClick=${go}>${t("table.seat", { n: covers })}<//>`}>
    <${Covers} covers=${covers} onChange=${setCovers} />
    <${Servers} chosen=${server} onChange=${setServer} />
    ${adopts && html`<p class="secondary">${t("table.adopts")}</p>`}
  <//>`;
}

const few = 8; // guests that have a key of their own

/** A key for each usual number, a stepper for the others. @param {{covers: number, least?: number, onChange: (n: number) => void}} props */
export function Covers({ covers, least = 1, onChange }) {
  const keys = Array.from({ length: few + 1 - least }, (_, i) => i + least);
  return html`<section class="sheet-part"><h3 class="sheet-label">${t("table.covers")}</h3>
    <div class="covers">${keys.map((n) => html`<${Chip} key=${n} class="cover" chosen=${n === covers} check=${false} data-covers=${n} onClick=${() => onChange(n)}>${n === 0 ? t("table.splitNobody") : n}<//>`)}</div>
    <${Stepper} label=${t("table.covers")} value=${covers} min=${least} onChange=${onChange} /></section>`;
}

const serving = ["server", "bartender", "manager"];

/** Who may serve a table; those at work come first. @param {{chosen: string, onChange: (id: string) => void}} props */
function Servers({ chosen, onChange }) {
  const all = state.people.value.filter((p) => p.active && serving.includes(p.role));
  if (all.length === 0) return null;
  const sorted = [...all].sort((a, b) => Number(b.clock === "in") - Number(a.clock === "in"));
  return html`<section class="sheet-part"><h3 class="sheet-label">${t("table.server")}</h3>
    <div class="servers">${sorted.map((p) => html`<${Chip} key=${p.id} chosen=${p.id === chosen} onClick=${() => onChange(p.id)}>${p.name}<//>`)}</div></section>`;
}

/** @param {{party: state.Party, label: string, head: any, onSplit: (table: string) => void, onClose: () => void}} props */
function PartySheet({ party, label, head, onSplit, onClose }) {
  const from = party.tables;
  const tables = t("table.name", { table: from.join(" + ") });
  const open = from.flatMap((table) => state.openOrders(table));
  /** @param {() => void} act */
  const then = (act) => () => {
    act();
    onClose();
  };
  const gone = then(() => {
    leave(party.partyId);
    showFloor();
  });
  /** @param {"move" | "join"} what */
  const go = (what) => () => choose({ what, party: party.partyId, from, title: t(what === "move" ? "choose.move" : "choose.join", { tables }) });
  return html`<${Sheet} label=${label} onClose=${onClose} head=${head}
    foot=${html`<${Button} big class="grow" icon="receipt" data-check onClick=${then(() => bringCheck(party.partyId))}>${t("table.check")}<//>
      <${Button} big class="grow" icon="log-out" data-leave onClick=${gone}>${t("table.leave")}<//>`}>
    <${Covers} covers=${party.covers} onChange=${(/** @type {number} */ covers) => change(party.partyId, { covers })} />
    <${Servers} chosen=${party.serverId ?? ""} onChange=${(/** @type {string} */ serverId) => change(party.partyId, { serverId })} />
    <div class="table-acts">
      <${Button} big icon="arrow-right-left" data-move onClick=${go("move")}>${t("table.move")}<//>
      <${Button} big icon="link" data-join onClick=${go("join")}>${t("table.join")}<//>
      ${from.length > 1 && from.slice(1).map((table) => html`<${Button} key=${table} big icon="unlink" data-split=${table} onClick=${() => onSplit(table)}>${t("table.split", { table })}<//>`)}
      ${open.map((o) => html`<${Button} key=${o.orderId} big icon="arrow-right-left" onClick=${() => choose({ what: "order", party: party.partyId, order: o.orderId, from: [state.tableOf(o) ?? ""], title: t("choose.order", { number: o.number }) })}>${t("table.moveOrder", { number: o.number })}<//>`)}
    </div>
  <//>`;
}

/** @param {{party: state.Party, table: string, label: string, onBack: () => void, onClose: () => void}} props */
function SplitSheet({ party, table, label, onBack, onClose }) {
  const [covers, setCovers] = useState(1);
  const go = () => {
    split(party.partyId, table, covers);
    onClose();
  };
  return html`<${Sheet} label=${label} onClose=${onClose} head=${html`<h2 class="title">${t("table.split", { table })}</h2>`}
    foot=${html`<${Button} big onClick=${onBack}>${t("table.back")}<//><${Button} kind="ink" big class="grow" icon="unlink" data-split-go onClick=${go}>${t("table.splitGo")}<//>`}>
    <p>${t("table.splitWhat", { table })}</p>
    <${Covers} covers=${covers} least=${0} onChange=${setCovers} />
  <//>`;
}
