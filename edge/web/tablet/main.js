// @ts-check
// The tablet page.

import "../../../sync/ui/kit/words.js";
import "./words.js";
import { html, render } from "../../../sync/ui/kit/html.js";
import { signedOut } from "../../../sync/ui/kit/api.js";
import { speak, t } from "../../../sync/ui/kit/i18n.js";
import { SignIn } from "../../../sync/ui/kit/signin.js";
import { Starting } from "../../../sync/ui/kit/starting.js";
import { startTicker } from "../../../sync/ui/kit/ticker.js";
import { start } from "./box.js";
import * as cart from "./cart.js";
import { Floor } from "./floor.js";
import { OrderScreen } from "./order.js";
import * as state from "./state.js";

speak(navigator.language);

/** Dishes that exist on this tablet only. */
function unsent() {
  return cart.dishes([...Object.values(state.drafts.value).flat(), ...state.waitingLines.value]);
}

function App() {
  if (signedOut.value) {
    const n = unsent();
    return html`<${SignIn} title=${t("signin.title")} lead=${t("signin.lead")} heading=${t("signin.heading")} hint=${t("signin.hint")}
      note=${n > 0 && html`<p class="setup-note" role="status">${t("signin.kept", { n })}</p>`} onDone=${() => {}} />`;
  }
  if (!state.me.value) return html`<${Starting} asking=${t("start.asking")} trouble=${t("start.title")} words=${state.starting.value} />`;
  const shown = state.screen.value;
  return shown.name === "floor" ? html`<${Floor} />` : html`<${OrderScreen} key=${shown.table} table=${shown.table} order=${shown.order} />`;
}

// Until the outbox lives in IndexedDB, leaving the page loses what is not sent: ask first.
addEventListener("beforeunload", (e) => {
  if (unsent() > 0) e.preventDefault();
});

startTicker();
start();
render(html`<${App} />`, document.body);
