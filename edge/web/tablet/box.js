// @ts-check
// Everything that passes between the tablet and the box: loading, the live line, the outbox.

import { effect } from "../../../sync/ui/kit/html.js";
import { Problem, get, getKept, signedOut } from "../../../sync/ui/kit/api.js";
import { openStream } from "../../../sync/ui/kit/stream.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { ofFloor } from "./commands.js";
import { keepMe } from "./hands.js";
import { loadFloor, ofRoom } from "./roomload.js";
import { keepFloor } from "./room.js";
import { createOutbox, memoryStore } from "./outbox.js";
import { loadApprovals, loadPeople } from "./peopleload.js";
import { postCommands } from "./postcommands.js";
import { openOrders, refetch } from "./orderload.js";
import { keepOrder, keepOrders, settled } from "./settle.js";
import { underWay } from "./marks.js";
import * as state from "./state.js";

const api = "/api/v1";

/** @type {import("../../../sync/ui/kit/stream.js").Stream | undefined} */
let stream;
let heardSeq = 0;
/** Ends a pause of the outbox early. */
let endPause = () => {};

export const outbox = createOutbox({
  store: memoryStore(),
  post: postCommands,
  settled(command, answer) {
    settled(command, answer, refetch);
    if (ofFloor(command)) void loadFloor();
    if (command.type === "order.move" && answer.seq !== undefined) refetch(command.order);
  },
  changed: (_, stuck) => (state.stuck.value = stuck),
  pause: (ms) => new Promise((done) => {
    const timer = setTimeout(done, ms);
    endPause = () => {
      clearTimeout(timer);
      done();
    };
  }),
});

/** Starts, and starts again after every sign-in. */
export function start() {
  void outbox.open();
  setInterval(watchPrinters, look);
  setInterval(() => stream && state.lostSince.peek() === null && void loadMenu(), turnOfHour);
  effect(() => {
    if (signedOut.value) close();
    else void open();
  });
}

function close() {
  stream?.close();
  stream = undefined;
  state.lostSince.value = null;
}

/** Finds out whether we are signed in, opens the line, and loads when it is open. */
async function open() {
  for (let tries = 0; !stream; tries++) {
    try {
      const me = await get(`${api}/me`);
      if (!me.may || me.may.includes("order.read")) break;
      state.me.value = me; // nothing here is for this device, until a manager says otherwise
      setTimeout(() => !signedOut.peek() && void open(), 5000);
      return;
    } catch (err) {
      if (signedOut.peek()) return;
      state.starting.value = words(err);
      await new Promise((r) => setTimeout(r, Math.min(5000, 500 * 2 ** tries)));
    }
  }
  if (stream) return;
  outbox.wake();
  const mine = openStream(`${api}/stream`, {
    on: {
      fact: heard,
      snapshot: () => void loadAll(),
      lights(data) {
        state.lights.value = data.lights;
        void loadOpen();
      },
    },
    opened(resumed) {
      endPause();
      if (!resumed || !state.me.peek()) void loadAll();
    },
    probe,
  });
  stream = mine;
  mine.lostSince.subscribe((since) => {
    if (mine === stream) state.lostSince.value = since;
  });
  // A line that does not open must not keep the page from being read.
  setTimeout(() => !state.me.peek() && void loadAll(), 1500);
}

/** @param {unknown} err */
function words(err) {
  return err instanceof Problem && err.message ? err.message : t("start.away");
}

/** @param {{seq: number, type: string, order?: string, at: number}} fact */
function heard(fact) {
  heardSeq = Math.max(heardSeq, fact.seq);
  if (fact.type === "order.line_added" && counts()) menuSoon();
  if (ofRoom.test(fact.type)) void loadFloor();
  if (fact.type === "approval.asked") void loadApprovals();
  else if (fact.order) refetch(fact.order, fact.at);
  else if (fact.type.startsWith("menu.")) void loadMenu();
  else if (fact.type === "venue.published") void loadAll();
  else if (fact.type.startsWith("approval.")) void loadApprovals();
  else if (fact.type.startsWith("staff.")) void loadPeople();
  else if (fact.type === "device.changed") void loadAll();
  else if (fact.type === "device.revoked") void get(`${api}/me`).catch(() => {}); // is it we? then it is 401
}

const look = 3000; // ms
/** Orders with tickets under way when we looked last. @type {string[]} */
let printing = [];

/** Looks whether a printer takes long: that it has no paper is no fact, so nobody tells. */
function watchPrinters() {
  const before = printing;
  printing = Object.values(state.orders.peek()).filter((o) => underWay(o.tickets ?? [])).map((o) => o.orderId);
  if (printing.some((id) => before.includes(id))) void loadOpen();
}

/** Asks for the open orders again. */
async function loadOpen() {
  if (!stream || state.lostSince.peek() !== null) return;
  const asked = performance.now();
  try {
    for (const o of await openOrders()) keepOrder(o, asked);
  } catch {
    // The line tells when the box is away.
  }
}

/** Whether we have heard all that the box has. */
async function probe() {
  const now = await get(`${api}/me`, { timeout: 4000 });
  if (now.incarnation !== state.me.peek()?.incarnation) return false;
  if (now.seq > heardSeq) await new Promise((r) => setTimeout(r, 1500)); // it may be on its way
  return now.seq <= heardSeq;
}

let loading = false;
let again = false;

/** Loads everything, once at a time; a wish that comes meanwhile is granted after. */
async function loadAll() {
  if (loading) {
    again = true;
    return;
  }
  loading = true;
  let tries = 0;
  do {
    again = false;
    try {
      await loadOnce();
      state.starting.value = "";
      tries = 0;
    } catch (err) {
      if (signedOut.peek()) break;
      state.starting.value = words(err);
      again = true;
      await new Promise((r) => setTimeout(r, Math.min(5000, 500 * 2 ** tries++)));
    }
  } while (again && !signedOut.peek());
  loading = false;
}

async function loadOnce() {
  const asked = performance.now();
  const me = await get(`${api}/me`);
  const [menu, tables, orders, lights, floor] = await Promise.all([
    getMenu(),
    get(`${api}/tables`),
    openOrders(),
    get(`${api}/lights`),
    get(`${api}/floor`),
  ]);
  heardSeq = Math.max(me.incarnation === state.me.peek()?.incarnation ? heardSeq : 0, me.seq);
  keepMenu(menu);
  state.tables.value = tables.tables;
  state.lights.value = lights.lights;
  keepOrders(orders, asked);
  keepFloor(floor, asked);
  keepMe(me);
  void loadPeople();
  void loadApprovals();
  // Orders that we hold on to and that are open no more: what became of them?
  const shown = state.screen.peek();
  const held = [shown.name === "order" ? shown.order : null, ...Object.keys(state.drafts.peek()).filter((key) => !key.startsWith("new:"))];
  for (const id of held) if (id && !state.orders.peek()[id]) void refetch(id);
}

/** Prices and dishes change with the time of the day, and nobody tells. */
const turnOfHour = 30_000; // ms

/** The menu of each type of order: another one only where prices differ. */
async function getMenu() {
  const menu = await getKept(`${api}/menu`);
  return { dine_in: menu, takeaway: menu.byType ? await getKept(`${api}/menu?type=takeaway`) : menu };
}

/** @param {{dine_in: any, takeaway: any}} menu */
function keepMenu(menu) {
  const before = state.served.peek();
  if (menu.dine_in !== before?.dine_in || menu.takeaway !== before?.takeaway) state.served.value = menu;
}

/** Whether portions of something are counted: then every line that is rung may change the menu. */
function counts() {
  return state.menu.peek()?.items.some((i) => i.left !== undefined) ?? false;
}

let soon = false;

/** Loads the menu once for the facts of a moment. */
function menuSoon() {
  if (soon) return;
  soon = true;
  setTimeout(() => {
    soon = false;
    void loadMenu();
  }, 300);
}

async function loadMenu() {
  try {
    keepMenu(await getMenu());
  } catch {
    void loadAll(); // keeps trying, and says so
  }
}

/** Somebody else works here now: what is shown and may be done is theirs. */
export async function changedHands() {
  keepMe(await get(`${api}/me`));
  outbox.wake();
  if (stream) await loadAll();
  else await open(); // it was not let in before
}
