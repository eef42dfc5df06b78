// Plus and minus around a number, for gloves. Decimal steps are added as whole numbers of the last place, not as floats.

function places(words) {
  return (String(words).split(".")[1] ?? "").length;
}

export function watchSteppers() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const input = button.closest("[data-stepper]").querySelector("input");
    const digits = Math.max(places(button.dataset.step), places(input.value));
    const scale = 10 ** digits;
    const sum = Math.round(Number(input.value || 0) * scale) + Math.round(Number(button.dataset.step) * scale);
    const least = input.dataset.min === undefined ? -Infinity : Number(input.dataset.min) * scale;
    const most = input.dataset.max === undefined ? Infinity : Number(input.dataset.max) * scale;
    input.value = (Math.min(Math.max(sum, least), most) / scale).toFixed(digits);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
