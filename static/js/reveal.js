// data-reveal-when="name=value" (or "name=one|other") shows its content only when that answer is chosen.
// What is hidden is not asked: its fields are switched off, so they are neither required nor sent.
(() => {
  "use strict";

  function answer(form, name) {
    const field = form.elements[name];
    return field ? field.value : "";
  }

  function update(form) {
    for (const part of form.querySelectorAll("[data-reveal-when]")) {
      const [name, values] = part.dataset.revealWhen.split("=");
      const shown = values.split("|").includes(answer(form, name));
      part.hidden = !shown;
      for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = !shown;
    }
  }

  for (const form of document.forms) {
    if (!form.querySelector("[data-reveal-when]")) continue;
    form.addEventListener("change", () => update(form));
    update(form);
  }
  window.addEventListener("pageshow", () => { for (const form of document.forms) update(form); });
})();
