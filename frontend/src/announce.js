// Says something to screen readers, without moving anybody's focus.

export function announce(words) {
  const region = document.getElementById("live");
  if (!region || !words) return;
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = words; });
}

export function wordsOf(element) {
  return element.textContent.replace(/\s+/g, " ").trim();
}
