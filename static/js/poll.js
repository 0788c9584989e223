// data-poll="URL" asks for its own fragment again until the answer no longer polls. Without script there is a link to press.
(() => {
  "use strict";

  const EVERY = 3000;
  const LONGEST = 15000;
  // The browser takes no text for a page unless a policy that the server named has made it (settings.py, trusted-types).
  const parts = window.trustedTypes ? trustedTypes.createPolicy("portal-part", { createHTML: (text) => text }) : { createHTML: (text) => text };

  async function ask(part, pause) {
    if (!document.contains(part)) return;
    let next = part;
    try {
      const response = await fetch(part.dataset.poll, { headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
      if (!response.ok) throw new Error(response.status);
      const page = new DOMParser().parseFromString(parts.createHTML(await response.text()), "text/html");
      next = page.body.firstElementChild;
      if (!next) return;
      if (next.outerHTML !== part.outerHTML) part.replaceWith(next);
      else next = part;
      pause = EVERY;
    } catch {
      pause = Math.min(pause * 2, LONGEST);
    }
    // The figures of a finished work stand outside the fragment: the page is shown again, whole.
    if (!next.dataset.poll && "reload" in next.dataset) return location.reload();
    if (next.dataset.poll) setTimeout(() => ask(next, pause), pause);
  }

  document.querySelectorAll("[data-poll]").forEach((part) => setTimeout(() => ask(part, EVERY), EVERY));
})();
