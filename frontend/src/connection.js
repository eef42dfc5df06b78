// The word in the top bar: connected, or not and how many acts wait. Scan bars report; the browser's own events too.
let waiting = 0;
let reachable = true;

export function report(change) {
  if (change.waiting !== undefined) waiting = change.waiting;
  if (change.reachable !== undefined) reachable = change.reachable;
  show();
}

function show() {
  for (const place of document.querySelectorAll("[data-connection]")) {
    place.dataset.state = reachable && navigator.onLine ? "on" : "off";
    const count = place.querySelector("[data-waiting]");
    count.textContent = waiting ? String(waiting) : "";
    place.querySelector("[data-waiting-words]").hidden = !waiting;
  }
}

export function watchConnection() {
  addEventListener("online", () => report({ reachable: true }));
  addEventListener("offline", () => report({ reachable: false }));
  show();
}
