import assert from "node:assert/strict";
import test from "node:test";
import { cardMoney, count, decimal, money, toMinor } from "./money.js";

const usd = { currency: "USD", digits: 2, locale: "en-US" };
const jpy = { currency: "JPY", digits: 0, locale: "en-US" };
const kwd = { currency: "KWD", digits: 3, locale: "en-US" };

test("money is written with the decimals of its currency", () => {
  assert.equal(money(450, usd), "$4.50");
  assert.equal(money(0, usd), "$0.00");
  assert.equal(money(450, jpy), "¥450");
  assert.equal(money(25500, kwd).replace("\u00a0", " "), "KWD 25.500");
  assert.equal(money(121250, { ...usd, locale: "de-DE" }).replace("\u00a0", " "), "1.212,50 $");
});

test("minus is U+2212 and stands before the symbol", () => {
  assert.equal(money(-450, usd), "\u2212$4.50");
});

test("minor units become decimals exactly", () => {
  assert.equal(decimal(5, 2), "0.05");
  assert.equal(decimal(-5, 2), "-0.05");
  assert.equal(decimal(1234567890123456, 2), "12345678901234.56");
  assert.equal(decimal(7, 0), "7");
  assert.equal(money(900719925474099, usd), "$9,007,199,254,740.99");
});

test("decimals of the API become minor units without loss", () => {
  for (let minor = 0; minor <= 200_000; minor++) {
    assert.equal(toMinor(Number(decimal(minor, 2)), 2), minor);
  }
  assert.equal(toMinor(25.5, 3), 25500);
  assert.equal(toMinor(2550, 0), 2550);
});

test("large cards show whole units", () => {
  assert.equal(cardMoney(99999, usd), "$999.99");
  assert.equal(cardMoney(5062100, usd), "$50,621");
  assert.equal(count(2536), "2,536");
});
