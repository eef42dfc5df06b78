// A key for a button: `data-hotkey` on it. Only while nobody types: a field, a list or a dialog keeps its keys.
import { holds, watchPresses } from "./presses.js";

export function watchHotkeys() {
  watchPresses();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    if (holds(key)) return;
    const target = document.querySelector(`[data-hotkey="${CSS.escape(key)}"]`);
    if (!target || target.disabled) return;
    event.preventDefault();
    target.click();
  });
}
