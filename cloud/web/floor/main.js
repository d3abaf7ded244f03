// @ts-check
// The tables of one restaurant, as head office sees them.

import "../../../sync/ui/kit/words.js";
import "../today/words.js";
import "./words.js";
import { html, render } from "../../../sync/ui/kit/html.js";
import { signedOut } from "../../../sync/ui/kit/api.js";
import { speak, t } from "../../../sync/ui/kit/i18n.js";
import { SignIn } from "../../../sync/ui/kit/signin.js";
import { Starting } from "../../../sync/ui/kit/starting.js";
import { startTicker } from "../../../sync/ui/kit/ticker.js";
import { Page } from "./page.js";
import * as state from "./state.js";

speak(navigator.language);

function App() {
  if (signedOut.value) {
    return html`<${SignIn} title=${t("signin.title")} lead=${t("signin.lead")} heading=${t("signin.heading")} hint=${t("signin.hint")} onDone=${() => {}} />`;
  }
  return state.restaurants.value ? html`<${Page} />` : html`<${Starting} asking=${t("start.asking")} trouble=${t("start.title")} words=${state.starting.value} />`;
}

startTicker();
state.start();
render(html`<${App} />`, document.body);
