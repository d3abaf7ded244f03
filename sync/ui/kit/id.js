// @ts-check
// Ids that the browser mints, so that a repeated request is recognised.

let lastMs = 0;
let counter = 0;

/**
 * A UUIDv7: time first, so ids of one tablet sort in the order of their making.
 * crypto.randomUUID is not used: it is missing on a page opened by address.
 * @param {number} [now] ms
 * @returns {string}
 */
export function newId(now = Date.now()) {
  const b = crypto.getRandomValues(new Uint8Array(16));
  if (now > lastMs) {
    lastMs = now;
    counter = ((b[6] & 0x07) << 8) | b[7]; // starts low, so that it can count up
  } else if (++counter > 0xfff) {
    lastMs++;
    counter = 0;
  }
  for (let i = 0; i < 6; i++) b[i] = Math.floor(lastMs / 2 ** (40 - 8 * i)) % 256;
  b[6] = 0x70 | (counter >> 8);
  b[7] = counter & 0xff;
  b[8] = 0x80 | (b[8] & 0x3f);
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
