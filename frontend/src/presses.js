// <form data-presses>: every key and every tap counts, in order, however slow the answer is. The answer replaces the
// form, and htmx forgets what was asked of a form that is gone: so what is pressed meanwhile waits for the next one.
const waiting = [];
let asked = null;

// Whether a key has to wait; it is pressed when the answer has come.
export function holds(key) {
  if (!asked || !/^[\da-z]$/.test(key)) return false;
  waiting.push(key);
  return true;
}

function next() {
  while (!asked && waiting.length) {
    document.querySelector(`form[data-presses] [data-hotkey="${waiting.shift()}"]`)?.click();
  }
}

export function watchPresses() {
  document.addEventListener("click", (event) => {
    const part = event.target.closest("form[data-presses] [data-hotkey]");
    if (!part || !holds(part.dataset.hotkey)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.elt.matches("form[data-presses]")) asked = detail.elt;
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.elt !== asked || detail.successful) return;
    asked = null;
    waiting.length = 0; // a person reads why before going on
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (asked?.isConnected) return;
    asked = null;
    next();
  });
}
