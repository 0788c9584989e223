// Search within grouped radios (data-filter): Vietnamese marks are folded, so "danh nhau" finds "Đánh nhau".
(() => {
  "use strict";

  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();

  function filter(box) {
    const input = box.querySelector("[data-filter-input]");
    const items = [...box.querySelectorAll("[data-filter-item]")].map((item) => ({ item, text: fold(item.textContent) }));
    const groups = [...box.querySelectorAll("[data-filter-group]")];
    const none = box.querySelector("[data-filter-none]");
    const chosen = box.querySelector("[data-filter-chosen]");

    function narrow() {
      const words = fold(input.value).split(/\s+/).filter(Boolean);
      for (const { item, text } of items) item.hidden = !words.every((word) => text.includes(word));
      for (const group of groups) group.hidden = !group.querySelector("[data-filter-item]:not([hidden])");
      if (none) none.hidden = items.some(({ item }) => !item.hidden);
    }

    function tell() {
      const radio = box.querySelector("[data-filter-item] :checked");
      if (!chosen) return;
      chosen.hidden = !radio;
      if (radio) chosen.textContent = `${chosen.dataset.filterChosen} ${radio.labels[0].firstChild.textContent.trim()}`;
    }

    input.closest("[hidden]")?.removeAttribute("hidden");
    input.addEventListener("input", narrow);
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    box.addEventListener("change", tell);
    tell();
  }

  document.querySelectorAll("[data-filter]").forEach(filter);
})();
