// @ts-check
// Looks at the page again after each change, and takes over what differs: slips
// that are open stay open, pictures that are there stay there.

const most = 60;
let looking = false;
let again = false;

async function look() {
  if (looking) {
    again = true;
    return;
  }
  looking = true;
  do {
    again = false;
    try {
      take(new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html"));
    } catch {
      // The program has ended, or starts again; the stream tells.
    }
  } while (again);
  looking = false;
}

/** @param {Document} next */
function take(next) {
  document.title = next.title;
  for (const id of ["state", "uncut"]) {
    const here = document.getElementById(id);
    const there = next.getElementById(id);
    if (here && there && here.outerHTML !== there.outerHTML) here.replaceWith(there);
  }
  const slips = /** @type {HTMLElement} */ (document.getElementById("slips"));
  const fresh = [...next.querySelectorAll("#slips article")].filter((a) => !document.getElementById(a.id));
  if (fresh.length === 0) return;
  slips.querySelector(".empty")?.remove();
  for (const a of fresh) a.classList.add("new");
  document.getElementById("uncut")?.after(...fresh); // where the paper hung out
  [...slips.children].slice(most + 1).forEach((a) => a.remove());
}

document.addEventListener("submit", async (e) => {
  const form = /** @type {HTMLFormElement} */ (e.target);
  e.preventDefault();
  await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, e.submitter)) });
});

new EventSource("/changes").onmessage = look;
