// One minute before a session runs out a bar says so; at its end the page is left for the sign-in page, with the way back.
// The server is asked before anything happens: another tab may have kept the session alive. Somebody who is typing is there.
(() => {
  "use strict";

  const WARNED = 60000;
  const AGAIN = 5000;
  const PATIENCE = 15000;

  const bar = document.querySelector("[data-session-left]");
  if (!bar) return;
  const page = document.querySelectorAll("body > header, body > main, body > footer");
  let ends = 0;
  let typed = 0;
  let timer = 0;

  async function ask(byPerson) {
    const headers = byPerson ? {} : { "X-Requested-With": "fetch" };
    const response = await fetch(bar.dataset.sessionAsk, { headers, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (response.type === "opaqueredirect") return 0;
    if (!response.ok) throw new Error(response.status);
    return (await response.json()).left * 1000;
  }

  function cover(covered) {
    page.forEach((part) => { part.hidden = covered; });
    bar.querySelector("[data-session-soon]").hidden = covered;
    bar.querySelector("[data-session-lost]").hidden = !covered;
  }

  function leave() {
    page.forEach((part) => { part.hidden = true; });
    bar.hidden = true;
    const back = "sessionHome" in bar.dataset ? "/" : location.pathname + location.search;
    location.replace(`${bar.dataset.sessionLogin}?next=${encodeURIComponent(back)}`);
  }

  function stands(left) {
    if (left <= 0) return leave();
    ends = Date.now() + left;
    cover(false);
    bar.hidden = left > WARNED;
    later(left > WARNED ? left - WARNED : left);
  }

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(look, pause);
  }

  async function look(event) {
    try {
      stands(await ask(event || Date.now() - typed < WARNED));
    } catch {
      // Nobody answers: what may be over is not shown any longer.
      if (Date.now() >= ends) {
        cover(true);
        bar.hidden = false;
      }
      later(AGAIN);
    }
  }

  bar.querySelector("button").addEventListener("click", look);
  document.addEventListener("input", () => { typed = Date.now(); });
  // A lid was shut, or the page comes back from the browser's store: the clock of the page has stood still.
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() >= ends - WARNED) look(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  stands(Number(bar.dataset.sessionLeft) * 1000);
})();
