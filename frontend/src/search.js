// The box on top takes any code or scan; `/` puts the cursor there from anywhere that is not a field.
import { keepSeparators } from "./separators.js";

const TYPING = "input, textarea, select, [contenteditable]";

export function watchSearch() {
  const box = document.getElementById("search");
  if (!box) return;
  keepSeparators(box);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") box.blur();
  });
}
