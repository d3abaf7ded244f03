// @ts-check
import { html, useEffect, useRef } from "./html.js";

/**
 * A live figure: it changes in place, and a soft wash behind it says that it did.
 * @param {{children?: import("./html.js").Child}} props
 */
export function Figure({ children }) {
  const text = String(children);
  const first = useRef(text);
  const washed = first.current !== text;
  useEffect(() => {
    if (washed) first.current = ""; // from now on every change washes, also back to the first
  }, [washed]);
  return html`<span class="figure num"><span key=${text} class=${washed ? "wash" : ""}>${text}</span></span>`;
}
