// @ts-check
// The tablet page.

import "../../../sync/ui/kit/words.js";
import "./words.js";
import { html, render } from "../../../sync/ui/kit/html.js";
import { Problem, signIn, signedOut } from "../../../sync/ui/kit/api.js";
import { speak, t } from "../../../sync/ui/kit/i18n.js";
import { SignIn } from "../../../sync/ui/kit/signin.js";
import { Starting } from "../../../sync/ui/kit/starting.js";
import { startTicker } from "../../../sync/ui/kit/ticker.js";
import { Approvals } from "./approvalsheet.js";
import { start } from "./box.js";
import * as cart from "./cart.js";
import { Devices } from "./devices.js";
import { Floor } from "./floor.js";
import { putAside } from "./hands.js";
import { canHoldKey, forgetKey, proveKey } from "./key.js";
import { startLock } from "./lock.js";
import { OrderScreen } from "./order.js";
import { WhoWorks } from "./people.js";
import * as state from "./state.js";

speak(navigator.language);

/** Dishes that exist on this tablet only. */
function unsent() {
  return cart.dishes([...Object.values(state.drafts.value).flat(), ...putAside(), ...state.waitingLines.value]);
}

/** Brings a code, and the key of this tablet with its proof. @param {string} code */
async function pair(code) {
  try {
    await signIn(code, await proveKey(code));
  } catch (err) {
    if (!(err instanceof Problem) || err.code !== "device_shut_out") throw err;
    await forgetKey(); // lost and found: it comes back as a new one
    await signIn(code, await proveKey(code));
  }
}

function App() {
  if (signedOut.value) {
    const n = unsent();
    return html`<${SignIn} title=${t("signin.title")} lead=${t("signin.lead")} heading=${t("signin.heading")} hint=${t("signin.hint")}
      note=${html`${n > 0 && html`<p class="setup-note" role="status">${t("signin.kept", { n })}</p>`}${!canHoldKey() && html`<p class="hint">${t("signin.noKey")}</p>`}`}
      enter=${pair} onDone=${() => {}} />`;
  }
  if (!state.me.value) return html`<${Starting} asking=${t("start.asking")} trouble=${t("start.title")} words=${state.starting.value} />`;
  if (state.me.value.may && !state.may("order.read")) return html`<${Starting} asking="" trouble=${t("start.screen")} words=${t("start.screenWhat")} />`;
  return html`<${Screen} />${state.showApprovals.value && state.locked.value === null && html`<${Approvals} />`}`;
}

function Screen() {
  const shown = state.screen.value;
  if (shown.name === "people" || state.me.value?.role === "tablet" || state.locked.value !== null) return html`<${WhoWorks} />`;
  if (shown.name === "devices") return html`<${Devices} />`;
  return shown.name === "floor" ? html`<${Floor} />` : html`<${OrderScreen} key=${shown.table} table=${shown.table} order=${shown.order} />`;
}

// Until the outbox lives in IndexedDB, leaving the page loses what is not sent: ask first.
addEventListener("beforeunload", (e) => {
  if (unsent() > 0) e.preventDefault();
});

startTicker();
startLock();
start();
render(html`<${App} />`, document.body);
