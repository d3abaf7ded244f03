// @ts-check
import { html } from "./html.js";
import { useLate } from "./button.js";
import { Brand } from "./signin.js";

/**
 * While the page has nothing to show: nothing at first, then what it does, and in
 * trouble what happened and what to do.
 * @param {{asking: string, trouble: string, words: string}} props words are empty while all is well
 */
export function Starting({ asking, trouble, words }) {
  const late = useLate(true, 300);
  if (!late) return html`<main class="starting"></main>`;
  return html`<main class="starting" role="status">
    <${Brand} />
    ${words ? html`<h1 class="title">${trouble}</h1><p class="secondary">${words}</p>` : html`<p class="secondary">${asking}</p>`}
    <span class="ring" aria-hidden="true"></span>
  </main>`;
}
