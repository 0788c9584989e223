// A kind of incident may have a lowest severity (data-min-severity on its radio): lower levels close, with the reason beside them.
// When the chosen level closes, the lowest open one is chosen, because the safer reading is the higher one.
(() => {
  "use strict";

  const order = (value) => Number(value.slice(1));

  function update(form, levels, reason) {
    const kind = form.querySelector("[data-min-severity]:checked");
    const least = kind ? order(kind.dataset.minSeverity) : 0;
    const radios = [...levels.querySelectorAll("input[type=radio]")];
    const lowest = radios.find((radio) => order(radio.value) === least);
    const fallen = radios.some((radio) => radio.checked && order(radio.value) < least);
    for (const radio of radios) radio.disabled = order(radio.value) < least;
    if (fallen && lowest) lowest.checked = true;
    const shown = Boolean(lowest) && radios.some((radio) => radio.disabled);
    if (reason) {
      reason.hidden = !shown;
      if (shown) reason.textContent = `${reason.dataset.severityReason} “${lowest.labels[0].querySelector("strong").textContent}”.`;
    }
  }

  for (const levels of document.querySelectorAll("[data-severity]")) {
    const form = levels.closest("form");
    const reason = levels.querySelector("[data-severity-reason]");
    form.addEventListener("change", () => update(form, levels, reason));
    window.addEventListener("pageshow", () => update(form, levels, reason));
    update(form, levels, reason);
  }
})();
