// @ts-check
import { html, useRef } from "./html.js";
import { Icon } from "./icons.js";
import { t } from "./i18n.js";

/**
 * A small whole number; a long press repeats.
 * @param {{label: string, value: number, min?: number, max?: number, by?: number, onChange: (value: number) => void}} props
 */
export function Stepper({ label, value, min = 1, max = 999, by: size = 1, onChange }) {
  const current = useRef(value);
  current.current = value;
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  /** @param {number} by */
  const step = (by) => {
    const next = Math.min(max, Math.max(min, current.current + by));
    if (next !== current.current) onChange(next);
  };
  const stop = () => clearTimeout(timer.current);
  /** @param {number} by */
  const hold = (by) => {
    stop();
    const repeat = () => {
      step(by);
      timer.current = setTimeout(repeat, 90);
    };
    timer.current = setTimeout(repeat, 450);
  };
  /** @param {number} by @param {string} icon @param {string} words */
  const key = (by, icon, words) => html`<button type="button" class="step" aria-label=${words}
    aria-disabled=${(by < 0 ? value <= min : value >= max) ? "true" : undefined}
    onClick=${() => step(by)} onPointerDown=${() => hold(by)} onPointerUp=${stop} onPointerLeave=${stop} onPointerCancel=${stop}>
    <${Icon} name=${icon} /></button>`;
  return html`<div class="stepper" role="group" aria-label=${label}>
    ${key(-size, "minus", t("stepper.less"))}
    <output class="num" aria-live="polite">${value}</output>
    ${key(size, "plus", t("stepper.more"))}
  </div>`;
}
