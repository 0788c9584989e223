// A form with data-submit-once is sent once; the button wakes again when the page is shown again.
// While the device is offline nothing is sent: the words stay on the screen and the button says what to do.
(() => {
  "use strict";

  const buttons = (form) => [...form.elements].filter((one) => one.type === "submit");

  function wake() {
    for (const form of document.querySelectorAll("form[data-submit-once]")) {
      delete form.dataset.sent;
      for (const button of buttons(form)) button.disabled = false;
    }
  }

  function stayHere(event, form) {
    event.preventDefault();
    form.dispatchEvent(new CustomEvent("lost"));
    if (event.submitter && form.dataset.retryLabel) event.submitter.textContent = form.dataset.retryLabel;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-submit-once]")) return;
    if (form.dataset.sent) return event.preventDefault();
    if (!navigator.onLine) return stayHere(event, form);
    form.dataset.sent = "1";
    // Later, because a disabled button would not send its own name and value.
    setTimeout(() => buttons(form).forEach((button) => { button.disabled = true; }), 0);
  });

  window.addEventListener("pageshow", wake);
})();
