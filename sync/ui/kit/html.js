// @ts-check
// The one door to the vendored libraries: everything else imports from here.

import { Fragment, h, render } from "../lib/preact.mjs";
import htm from "../lib/htm.mjs";

export { Fragment, render };
export { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "../lib/hooks.mjs";
export { batch, computed, effect, signal, useComputed, useSignal, useSignalEffect } from "../lib/signals.mjs";

/** Makes elements from a template: html`<${Button} kind="ink">Send<//>`. */
export const html = htm.bind(h);

/** @typedef {import("../lib/preact.mjs").Child} Child */

/**
 * Joins class names and leaves out what is not one.
 * @param {...(string | false | null | undefined)} names
 * @returns {string}
 */
export function cls(...names) {
  return names.filter(Boolean).join(" ");
}
