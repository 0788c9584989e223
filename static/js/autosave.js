// A form with data-autosave="URL" keeps its draft: after a change, on leaving a field, and every ten seconds when something is new.
// Each save carries a rising number in "autosave_sequence", so that a late answer or a late save never wins over a newer one.
(() => {
  "use strict";

  const EVERY = 10000;

  function keep(form) {
    const status = form.querySelector("[data-autosave-status]");
    let dirty = false;
    let sequence = Date.now();
    let answered = 0;

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

    async function save() {
      if (!dirty || form.dataset.sent) return;
      dirty = false;
      const mine = ++sequence;
      const body = new FormData(form);
      body.set("autosave_sequence", mine);
      try {
        const response = await fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
        if (!response.ok) throw new Error(response.status);
        const hour = await hourOf(response);
        if (mine > answered) say(`${status ? status.dataset.saved : ""} ${hour}`, false);
      } catch {
        dirty = true;
        if (mine > answered) lost();
      }
      answered = Math.max(answered, mine);
    }

    function lost() {
      if (!status) return;
      say(status.dataset.lost, true);
      if (form.querySelector("[type=submit]:focus")) status.scrollIntoView({ block: "nearest" });
    }

    form.addEventListener("input", () => { dirty = true; });
    form.addEventListener("change", save);
    form.addEventListener("focusout", save);
    form.addEventListener("lost", lost);
    window.addEventListener("online", save);
    setInterval(save, EVERY);
  }

  document.querySelectorAll("form[data-autosave]").forEach(keep);
})();
