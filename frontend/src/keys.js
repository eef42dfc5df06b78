// The client key of an act: made once per intention, kept until the server gave a definite answer, so that a repeat
// after a lost connection returns the first answer. getRandomValues, because randomUUID needs HTTPS.

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fillKeys(root) {
  for (const input of root.querySelectorAll("input[data-client-key]")) {
    if (!input.value) input.value = newKey();
  }
}

export function renewKeys(form) {
  for (const input of form.querySelectorAll("input[data-client-key]")) input.value = newKey();
}
