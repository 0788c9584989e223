// A form with data-passkey="get" or "create" asks the browser for a passkey and sends its word in the field data-passkey-word.
// The question stands as JSON in #passkey-options; where the browser knows no passkeys the form stays hidden.
(() => {
  "use strict";

  const known = window.PublicKeyCredential && "parseRequestOptionsFromJSON" in PublicKeyCredential && "parseCreationOptionsFromJSON" in PublicKeyCredential;

  async function ask(form) {
    const { publicKey } = JSON.parse(form.querySelector("#passkey-options").textContent);
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    return JSON.stringify(credential.toJSON());
  }

  for (const form of known ? document.querySelectorAll("form[data-passkey]") : []) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const lost = form.querySelector("[data-passkey-lost]");
      lost.hidden = true;
      try {
        form.querySelector("[data-passkey-word]").value = await ask(form);
        form.submit();
      } catch {
        lost.hidden = false;
      }
    });
  }
})();
