import assert from "node:assert/strict";
import test from "node:test";
import { csv } from "./csv.js";

test("the table as a file, quoted, exact and without formulas", () => {
  const r = { id: "a", day: "2026-11-24", currency: "USD", digits: 2, sales: -5, orders: 3, average: 100 };
  const today = { asOf: 0, restaurants: [{ ...r, name: 'Luz, "Harbor"' }, { ...r, id: "b", name: "=cmd()", digits: 0, currency: "JPY", sales: 450 }] };
  assert.equal(csv(today, ["b", "a"]), [
    "restaurant,day,currency,net_sales,orders,average,last_order_at,as_of",
    "'=cmd(),2026-11-24,JPY,450,3,100,,1970-01-01T00:00:00.000Z",
    '"Luz, ""Harbor""",2026-11-24,USD,-0.05,3,1.00,,1970-01-01T00:00:00.000Z',
    "",
  ].join("\r\n"));
});
