// <dialog> elements: the browser keeps the focus inside, Escape closes, errors keep them open because nothing closes
// them but a new page or the person.

export function watchDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      dialog?.showModal();
      dialog?.querySelector("[autofocus], input:not([type=hidden]), select, textarea, button")?.focus();
      return;
    }
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog")?.close();
  });
  document.addEventListener("close", (event) => {
    const dialog = event.target;
    if (!(dialog instanceof HTMLDialogElement)) return;
    for (const field of dialog.querySelectorAll("input[type=password]")) field.value = "";
    dialog.querySelector("[data-answer-slot]")?.replaceChildren();
  }, true);
}
