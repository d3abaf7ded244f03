// @ts-check
import { cls, html, useCallback, useEffect, useRef, useState } from "./html.js";

/**
 * A sheet that rises over its zone, whose other parts rest meanwhile. Closes by the scrim, by Escape and by pulling
 * its head down; what was chosen stays.
 * @param {{label: string, class?: string, onClose: () => void,
 *   head: import("./html.js").Child, foot?: import("./html.js").Child, children?: import("./html.js").Child}} props
 */
export function Sheet({ label, class: className, onClose, head, foot, children }) {
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  useFocus(panel, restOfZone);
  const [leaving, setLeaving] = useState(false);
  const pulled = useRef(/** @type {number | null} */ (null));
  const leave = useCallback(() => {
    setLeaving(true);
    setTimeout(onClose, 120);
  }, [onClose]);
  useEscape(leave);
  /** @param {PointerEvent} e */
  const down = (e) => (pulled.current = e.clientY);
  /** @param {PointerEvent} e */
  const up = (e) => {
    if (pulled.current !== null && e.clientY - pulled.current > 60) leave();
    pulled.current = null;
  };
  return html`<div class=${cls("sheet-zone", leaving && "leaving", className)}>
    <div class="scrim" onClick=${leave}></div>
    <section class="sheet" role="dialog" aria-label=${label} tabindex="-1" ref=${panel}>
      <header class="sheet-head" onPointerDown=${down} onPointerUp=${up} onPointerCancel=${() => (pulled.current = null)}>
        <i class="sheet-grip" aria-hidden="true"></i>${head}
      </header>
      <div class="sheet-body">${children}</div>
      ${foot && html`<footer class="sheet-foot">${foot}</footer>`}
    </section>
  </div>`;
}

/**
 * A small card that hangs from the top bar: lights, the person.
 * @param {{label: string, onClose: () => void, children?: import("./html.js").Child}} props
 */
export function Popover({ label, onClose, children }) {
  const card = useRef(/** @type {HTMLElement | null} */ (null));
  useEscape(onClose);
  useFocus(card);
  return html`<div class="popover-zone">
    <div class="popover-scrim" onClick=${onClose}></div>
    <section class="popover" role="dialog" aria-label=${label} tabindex="-1" ref=${card}>${children}</section>
  </div>`;
}

/** What lies beside the sheet in its zone; toasts go on. @param {HTMLElement} panel */
function restOfZone(panel) {
  const zone = panel.parentElement;
  return [...(zone?.parentElement?.children ?? [])].filter((e) => e !== zone && !e.matches("[role=status], [inert]"));
}

/**
 * Takes the focus, and gives it back at the end; what lies behind cannot have it meanwhile.
 * @param {{current: HTMLElement | null}} panel
 * @param {(panel: HTMLElement) => Element[]} [behind]
 */
function useFocus(panel, behind) {
  useEffect(() => {
    if (!panel.current) return;
    const before = document.activeElement;
    const resting = behind?.(panel.current) ?? [];
    for (const e of resting) e.toggleAttribute("inert", true);
    panel.current.focus({ preventScroll: true });
    return () => {
      for (const e of resting) e.toggleAttribute("inert", false);
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
}

/** @param {() => void} close */
function useEscape(close) {
  useEffect(() => {
    /** @param {KeyboardEvent} e */
    const key = (e) => e.key === "Escape" && close();
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, [close]);
}
