// A form with data-autosave="URL" keeps its draft: after a change, on leaving a field, every ten seconds when something is new, and on leaving the page.
// One save is under way at a time, so an older text never lands after a newer one; "saved" is said only of what stands on the screen.
(() => {
  "use strict";

  const EVERY = 10000;
  const PATIENCE = 15000;

  function keep(form) {
    const status = form.querySelector("[data-autosave-status]");
    let dirty = false;
    let saving = false;

    function say(text, lost) {
      if (!status) return;
      status.textContent = text;
      status.classList.toggle("is-lost", lost);
    }

    async function hourOf(response) {
      const type = response.headers.get("content-type") || "";
      const body = type.includes("json") ? await response.json() : {};
      return body.saved_at || new Date().toTimeString().slice(0, 5);
    }

    async function send() {
      const body = new FormData(form);
      // keepalive: what was being saved still arrives when the page is left meanwhile.
      const response = await fetch(form.dataset.autosave, { method: "POST", body, keepalive: true, signal: AbortSignal.timeout(PATIENCE), headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
      if (!response.ok) throw new Error(response.status);
      return hourOf(response);
    }

    async function save() {
      if (!dirty || saving || form.dataset.sent) return;
      dirty = false;
      saving = true;
      try {
        const hour = await send();
        if (!dirty) say(`${status ? status.dataset.saved : ""} ${hour}`, false);
      } catch {
        dirty = true;
        saving = false;
        return lost();
      }
      saving = false;
      save();
    }

    function lost() {
      if (!status) return;
      say(status.dataset.lost, true);
      if (form.querySelector("[type=submit]:focus")) status.scrollIntoView({ block: "nearest" });
    }

    function changed() {
      dirty = true;
      if (status && !status.classList.contains("is-lost")) say(status.dataset.saving, false);
    }

    function leaving() {
      if (dirty && !form.dataset.sent) send().catch(() => {});
    }

    form.addEventListener("input", changed);
    form.addEventListener("change", save);
    form.addEventListener("focusout", save);
    form.addEventListener("lost", lost);
    window.addEventListener("online", save);
    window.addEventListener("pagehide", leaving);
    setInterval(save, EVERY);
  }

  document.querySelectorAll("form[data-autosave]").forEach(keep);
})();
