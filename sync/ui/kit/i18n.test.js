import assert from "node:assert/strict";
import test from "node:test";
import { addWords, speak, t } from "./i18n.js";

addWords("en", { send: { one: "Send {n} dish", other: "Send {n} dishes" }, hello: "Hello {name}" });
addWords("de", { send: { one: "{n} Gericht senden", other: "{n} Gerichte senden" } });

test("messages are filled in, and the number decides the form", () => {
  assert.equal(t("send", { n: 1 }), "Send 1 dish");
  assert.equal(t("send", { n: 1200 }), "Send 1,200 dishes");
  assert.equal(t("hello", { name: "<b>" }), "Hello <b>");
});

test("another language is one more table; what it lacks is English", () => {
  speak("de-AT");
  assert.equal(t("send", { n: 1200 }), "1.200 Gerichte senden");
  assert.equal(t("hello", { name: "Mara" }), "Hello Mara");
  speak("xx");
  assert.equal(t("send", { n: 1 }), "Send 1 dish");
});

test("an unknown key shows itself", () => assert.equal(t("no.such"), "no.such"));
