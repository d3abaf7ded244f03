// @ts-check
// Asking the box for orders: all that are open, or one again.

import { get } from "../../../sync/ui/kit/api.js";
import { keepOrder } from "./settle.js";

const api = "/api/v1";

/** All pages of the open orders. @returns {Promise<import("./state.js").Order[]>} */
export async function openOrders() {
  /** @type {Map<string, import("./state.js").Order>} */
  const all = new Map();
  let path = `${api}/orders?open=true&limit=500`;
  for (;;) {
    const page = await get(path);
    const before = all.size;
    for (const o of page.orders) all.set(o.orderId, o);
    if (!page.cursor || all.size === before) return [...all.values()];
    path = `${api}/orders?open=true&limit=500&cursor=${encodeURIComponent(page.cursor)}`;
  }
}

/** Orders being fetched: true when they changed again meanwhile. @type {Map<string, boolean>} */
const fetching = new Map();

/**
 * Fetches an order again; many wishes in a moment become one request.
 * @param {string} id
 * @param {number} [at] when the fact happened, ms
 */
export async function refetch(id, at) {
  if (fetching.has(id)) {
    fetching.set(id, true);
    return;
  }
  fetching.set(id, false);
  try {
    await new Promise((r) => setTimeout(r, 40));
    fetching.set(id, false);
    const asked = performance.now();
    keepOrder(await get(`${api}/orders/${id}`), asked, at);
  } catch {
    // Not there, or not answering: a line that comes back loads everything.
  } finally {
    const more = fetching.get(id);
    fetching.delete(id);
    if (more) void refetch(id, at);
  }
}
