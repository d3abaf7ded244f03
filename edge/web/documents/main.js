// @ts-check
// Whose each document of this restaurant is, for a manager.

import "../../../sync/ui/kit/words.js";
import "./words.js";
import { html, render } from "../../../sync/ui/kit/html.js";
import { signedOut } from "../../../sync/ui/kit/api.js";
import { speak, t } from "../../../sync/ui/kit/i18n.js";
import { SignIn } from "../../../sync/ui/kit/signin.js";
import { Starting } from "../../../sync/ui/kit/starting.js";
import { Page } from "./page.js";
import * as state from "./state.js";

speak(navigator.language);

function App() {
  if (signedOut.value) {
    return html`<${SignIn} title=${t("signin.title")} lead=${t("signin.lead")} heading=${t("signin.heading")} hint=${t("signin.hint")} onDone=${() => void state.start()} />`;
  }
  return state.me.value ? html`<${Page} />` : html`<${Starting} asking=${t("start.asking")} trouble=${t("start.title")} words=${state.words.value} />`;
}

state.watch();
void state.start();
render(html`<${App} />`, document.body);
