// @ts-check
// The table as a file. Pure.

import { decimal } from "../../../sync/ui/kit/money.js";
import { told } from "./figures.js";

/**
 * One field: quoted where it must be, and never a formula to a spreadsheet.
 * @param {string | number} value
 */
function field(value) {
  const text = typeof value === "string" && /^[=+@\t\r]|^-\D/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * @param {import("./figures.js").Today} today
 * @param {string[]} ids in the order of the table
 * @returns {string}
 */
export function csv(today, ids) {
  const head = ["restaurant", "day", "currency", "net_sales", "orders", "average", "last_order_at", "as_of"];
  const asOf = new Date(today.asOf).toISOString();
  const rows = ids.flatMap((id) => today.restaurants.filter((r) => r.id === id)).map((r) => [
    r.name, ...(told(r) ? [r.day, r.currency, decimal(r.sales, r.digits), r.orders, decimal(r.average, r.digits)] : ["", "", "", "", ""]),
    r.lastOrder ? new Date(r.lastOrder.at).toISOString() : "", asOf,
  ]);
  return [head, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}
