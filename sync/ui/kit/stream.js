// @ts-check
// The live line to the program that served this page: server-sent events that
// resume by themselves, and an honest answer to "since when are we not live?".

import { signal } from "../lib/signals-core.mjs";
import { serverNow } from "./time.js";

/**
 * @typedef {object} Listener
 * @property {Record<string, (data: any, id: string) => void>} on handlers by event name; data is parsed JSON
 * @property {(resumed: boolean) => void} opened the line is up; not resumed: load everything, facts may be missing
 * @property {() => Promise<boolean>} probe asks in another way; false: the server has more than we heard, so the
 *   line is dead without knowing it. Rejects when nobody answers.
 * @property {number} [silence] ms without a word before we probe
 */

/**
 * @typedef {object} Stream
 * @property {import("../lib/signals-core.mjs").ReadonlySignal<number | null>} lostSince null while live, else since when (server's ms)
 * @property {() => string} lastId the id of the last event
 * @property {() => void} close
 */

/**
 * Opens the line and keeps it open until close.
 * @param {string} path
 * @param {Listener} listener
 * @returns {Stream}
 */
export function openStream(path, listener) {
  const silence = listener.silence ?? 10_000;
  /** @type {import("../lib/signals-core.mjs").Signal<number | null>} */
  const lostSince = signal(null);
  /** @type {EventSource | undefined} */
  let source;
  let lastId = "";
  let heard = Date.now();
  let closed = false;
  let probing = false;
  let tries = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function lost() {
    if (lostSince.peek() === null) lostSince.value = serverNow();
  }

  function connect() {
    if (closed) return;
    clearTimeout(timer);
    source?.close();
    lastId = "";
    const mine = new EventSource(path);
    source = mine;
    mine.onopen = () => {
      heard = Date.now();
      tries = 0;
      lostSince.value = null;
      listener.opened(lastId !== "");
    };
    mine.onerror = () => {
      lost();
      // CONNECTING: the browser tries again and tells the server its last id.
      if (mine.readyState === EventSource.CLOSED && mine === source) later();
    };
    for (const [name, handle] of Object.entries(listener.on)) {
      mine.addEventListener(name, (e) => {
        heard = Date.now();
        lostSince.value = null;
        const m = /** @type {MessageEvent} */ (e);
        if (m.lastEventId) lastId = m.lastEventId;
        handle(m.data ? JSON.parse(m.data) : undefined, m.lastEventId);
      });
    }
  }

  function later() {
    clearTimeout(timer);
    const wait = Math.min(5000, 500 * 2 ** tries++) * (0.75 + Math.random() / 2);
    timer = setTimeout(async () => {
      try {
        await listener.probe(); // a refusal is told to fetch, never to an EventSource
        connect();
      } catch {
        if (!closed) later();
      }
    }, wait);
  }

  async function watch() {
    if (closed || probing || Date.now() - heard < silence) return;
    probing = true;
    try {
      const current = await listener.probe();
      heard = Date.now();
      // Somebody answers. A line that broke or fell behind is opened anew.
      if (!current || source?.readyState === EventSource.CLOSED) connect();
      else if (source?.readyState === EventSource.OPEN) lostSince.value = null;
    } catch {
      lost();
    } finally {
      probing = false;
    }
  }

  /** The device woke up or found its network: do not wait for a timer. */
  function wake() {
    if (document.visibilityState !== "visible" || closed) return;
    if (lostSince.peek() !== null) connect();
    else heard = Math.min(heard, Date.now() - silence);
  }

  const watcher = setInterval(watch, Math.min(2000, silence));
  addEventListener("online", wake);
  addEventListener("offline", lost);
  document.addEventListener("visibilitychange", wake);
  connect();

  return {
    lostSince,
    lastId: () => lastId,
    close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(watcher);
      removeEventListener("online", wake);
      removeEventListener("offline", lost);
      document.removeEventListener("visibilitychange", wake);
      source?.close();
    },
  };
}
