// @ts-check
import { cls, html, useEffect, useState } from "./html.js";
import { Icon } from "./icons.js";
import { toast } from "./toast.js";

/**
 * @typedef {object} ButtonProps
 * @property {"ink" | "outline" | "quiet" | "danger" | "danger-solid" | "later"} [kind] ink goes on, one per zone;
 *   later is the dashed amber one: it will happen when the line is back
 * @property {string} [icon] Lucide name, left of the words
 * @property {string} [after] Lucide name, right of the words: where the button leads
 * @property {string} [label] for a button without words
 * @property {boolean} [busy] a tap is being answered: more taps are ignored
 * @property {string | false} [off] disabled; a tap says this sentence
 * @property {boolean} [big] 72 high
 * @property {boolean} [small] 36 high: head office only, never on a touch screen
 * @property {string} [class]
 * @property {"button" | "submit"} [type]
 * @property {(e: Event) => void} [onClick]
 * @property {import("./html.js").Child} [children]
 */

/** @param {ButtonProps & Record<string, any>} props */
export function Button({ kind = "outline", icon, after, label, busy = false, off = false, big, small, class: className, type = "button", onClick, children, ...rest }) {
  const ring = useLate(busy, 300);
  /** @param {Event} e */
  const tap = (e) => {
    if (busy) return;
    if (off) toast({ text: off });
    else onClick?.(e);
  };
  return html`<button ...${rest} type=${off ? "button" : type} class=${cls("btn", `btn-${kind}`, big && "btn-big", small && "btn-small", className)}
    aria-label=${label ?? rest["aria-label"]} aria-disabled=${off ? "true" : undefined} aria-busy=${busy ? "true" : undefined} onClick=${tap}>
    ${ring ? html`<span class="ring" aria-hidden="true"></span>` : icon && html`<${Icon} name=${icon} size=${small ? 16 : label ? 24 : 20} />`}
    ${children && html`<span class="btn-words">${children}</span>`}
    ${after && !ring && html`<${Icon} name=${after} size=${20} />`}
  </button>`;
}

/**
 * True once `on` has lasted for ms.
 * @param {boolean} on
 * @param {number} ms
 */
export function useLate(on, ms) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!on) return setLate(false);
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [on, ms]);
  return on && late;
}
