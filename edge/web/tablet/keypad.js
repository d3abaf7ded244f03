// @ts-check
// Digits for a PIN: dots above, keys below, the confirming key apart.

import { html, useEffect } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";

const most = 8;
const least = 4;

/**
 * @param {{value: string, problem?: string, busy?: boolean, off?: string | false, go: string, onChange: (value: string) => void, onDone: () => void}} props
 *   off: why no PIN is of use now
 */
export function PinPad({ value, problem, busy, off = false, go, onChange, onDone }) {
  const short = value.length < least && t("pin.short");
  /** @param {string} key */
  const tap = (key) => {
    if (off || busy) return;
    onChange(key === "back" ? value.slice(0, -1) : (value + key).slice(0, most));
  };
  useEffect(() => {
    /** @param {KeyboardEvent} e */
    const typed = (e) => {
      if (e.target instanceof HTMLInputElement) return;
      if (/^[0-9]$/.test(e.key)) tap(e.key);
      else if (e.key === "Backspace") tap("back");
      else if (e.key === "Enter" && !(e.target instanceof HTMLButtonElement) && !short && !off && !busy) onDone();
    };
    addEventListener("keydown", typed);
    return () => removeEventListener("keydown", typed);
  });
  return html`<div class="pin">
    <p class="pin-dots" role="status" aria-label=${t("pin.typed", { n: value.length })}>
      ${Array.from({ length: Math.max(least, value.length) }, (_, i) => html`<i key=${i} class=${i < value.length ? "pin-dot full" : "pin-dot"}></i>`)}</p>
    <p class="pin-problem" role="alert">${off || problem || ""}</p>
    <div class="pin-keys">
      ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => html`<button key=${n} type="button" class="pin-key num" onClick=${() => tap(String(n))}>${n}</button>`)}
      <span></span>
      <button type="button" class="pin-key num" onClick=${() => tap("0")}>0</button>
      <button type="button" class="pin-key" aria-label=${t("pin.back")} onClick=${() => tap("back")}><${Icon} name="arrow-left" size=${28} /></button>
    </div>
    <${Button} kind="ink" big class="pin-go" busy=${busy} off=${off || short} onClick=${onDone}>${go}<//>
  </div>`;
}
