// Where answers go. A refusal lands in the answer slot of the form that asked, never over what was typed; a page that
// came back with field errors replaces just that form; a lost connection says so and keeps everything.
import { announce, wordsOf } from "./announce.js";
import { renewKeys } from "./keys.js";

export function slotOf(element) {
  const form = element.closest("form");
  return form?.querySelector("[data-answer-slot]") ?? element.closest("dialog")?.querySelector("[data-answer-slot]")
    ?? document.getElementById("answer");
}

export function showNoAnswer(slot) {
  const card = document.getElementById("no-answer").content.cloneNode(true);
  slot.replaceChildren(card);
  announce(wordsOf(slot));
}

export function focusFault(root) {
  root.querySelector("input.is-invalid, select.is-invalid, textarea.is-invalid")?.focus();
}

export function watchAnswers() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event;
    if (detail.xhr.status < 400) return;
    const asking = detail.requestConfig.elt;
    const form = asking.closest("form");
    const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html");
    const take = (target, select) => Object.assign(detail, { target, selectOverride: select, swapOverride: "outerHTML" });
    if (detail.xhr.status === 422 && form?.id && answer.getElementById(form.id)) {
      take(form, `#${CSS.escape(form.id)}`);
    } else if (answer.getElementById("content") && document.getElementById("content")) {
      take(document.getElementById("content"), "#content"); // the page itself, shown again with what is wrong
    } else if (slotOf(asking)) {
      take(slotOf(asking), "unset");
      detail.swapOverride = "innerHTML";
    }
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, elt } = event.detail;
    const form = elt.closest("form");
    if (!form) return;
    if (xhr.status >= 200 && xhr.status < 500) renewKeys(form);
    if (xhr.status >= 400) for (const field of form.querySelectorAll("input[type=password]")) field.value = "";
    if (xhr.status >= 200 && xhr.status < 300) slotOf(elt)?.replaceChildren();
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const slot = event.detail.target;
    if (slot?.matches?.("[data-answer-slot]") && slot.firstElementChild) {
      slot.scrollIntoView({ block: "nearest" });
      announce(wordsOf(slot));
    }
  });

  for (const kind of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, (event) => {
      const slot = slotOf(event.detail.elt);
      if (slot) showNoAnswer(slot);
    });
  }
}
