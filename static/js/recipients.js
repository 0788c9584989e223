// Says who will be told before the person presses send: data-recipients="id of a JSON block" of {"flag|severity": sentence}, "*" for any.
// Whoever has read the sentence has confirmed: the hidden field "confirmed" becomes 1. Without script the server asks on its own page.
(() => {
  "use strict";

  function sentenceFor(sentences, flag, severity) {
    for (const key of [`${flag}|${severity}`, `${flag}|*`, `*|${severity}`, "*|*"]) {
      if (sentences[key]) return sentences[key];
    }
    return "";
  }

  function preview(box) {
    const form = box.closest("form");
    const source = document.getElementById(box.dataset.recipients);
    const place = box.querySelector("[data-recipients-text]");
    const confirmed = form.querySelector("input[name=confirmed]");
    const sentences = JSON.parse(source.textContent);
    const waiting = place.textContent;

    function update() {
      const kind = form.querySelector("[data-flag]:checked");
      const severity = form.querySelector("[data-severity] input:checked");
      const sentence = kind && severity ? sentenceFor(sentences, kind.dataset.flag, severity.value) : "";
      place.textContent = sentence || waiting;
      if (confirmed) confirmed.value = sentence ? "1" : "";
    }

    // After the other scripts have settled the choice of severity.
    form.addEventListener("change", () => setTimeout(update, 0));
    window.addEventListener("pageshow", () => setTimeout(update, 0));
    update();
  }

  document.querySelectorAll("[data-recipients]").forEach(preview);
})();
