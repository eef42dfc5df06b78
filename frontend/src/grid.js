// The worksheet: arrow keys walk, Enter goes down, a block copied from a spreadsheet spreads over the cells, and a cell
// that was changed is judged by the server as you leave it. Every cell posts for itself, one after the other.
import { newKey } from "./keys.js";
import { announce } from "./announce.js";

const WALK = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
let queue = Promise.resolve();
const waiting = new Set(); // cells whose value was not sent yet

function cellAt(grid, row, column) {
  return grid.querySelector(`[data-row="${row}"][data-column="${column}"] [data-value]`);
}

function place(input) {
  const { row, column } = input.closest("[data-row]").dataset;
  return [Number(row), Number(column)];
}

function walk(input, down, right) {
  const grid = input.closest("[data-grid]");
  let [row, column] = place(input);
  for (;;) {
    row += down;
    column += right;
    const target = cellAt(grid, row, column);
    if (!target) break;
    if (target.disabled) continue;
    target.focus();
    target.select?.();
    return;
  }
  input.blur(); // at the edge there is nowhere to go: leaving is what gets a value judged
  input.focus();
}

async function save(cell) {
  const grid = cell.closest("[data-grid]");
  const input = cell.querySelector("[data-value]");
  const body = new URLSearchParams({
    test: cell.dataset.test, specimen: cell.dataset.specimen, value: input.value, row: cell.dataset.row, key: newKey(),
    _csrf_token: grid.dataset.csrf,
  });
  const instrument = cell.closest("tr").querySelector("[data-instrument]")?.value;
  if (instrument) body.set("instrument", instrument);
  cell.dataset.saving = "";
  try {
    const answer = await fetch(grid.dataset.grid, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true });
    const words = await answer.text();
    if (answer.ok || answer.status === 422) replace(cell, words, answer.headers.get("HX-Trigger"));
    else refuse(grid, words);
  } catch {
    cell.dataset.unsaved = "";
    grid.querySelector("[data-answer-slot]").replaceChildren(document.getElementById("no-answer").content.cloneNode(true));
  } finally {
    delete cell.dataset.saving;
  }
}

function replace(cell, words, trigger) {
  const holder = document.createElement("template");
  holder.innerHTML = words.trim();
  const fresh = holder.content.querySelector("[data-row]");
  const inside = cell.contains(document.activeElement);
  const typed = cell.querySelector("[data-value]").value;
  cell.replaceWith(fresh);
  if (inside) {
    const input = fresh.querySelector("[data-value]");
    input.focus();
    if (typed !== input.value && !fresh.matches("[data-wrong]")) input.select?.();
  }
  announce(fresh.getAttribute("aria-label"));
  if (trigger) for (const name of trigger.split(",")) htmx.trigger(document.body, name.trim());
}

function refuse(grid, words) {
  const slot = grid.querySelector("[data-answer-slot]");
  slot.innerHTML = words;
  announce(slot.textContent.replace(/\s+/g, " ").trim());
}

function paste(event) {
  const input = event.target.closest("[data-grid] [data-value]");
  const block = event.clipboardData?.getData("text/plain") ?? "";
  if (!input || !/[\t\n]/.test(block.trim())) return;
  event.preventDefault();
  const grid = input.closest("[data-grid]");
  const [row, column] = place(input);
  block.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) => {
    line.split("\t").forEach((value, right) => {
      const target = cellAt(grid, row + down, column + right);
      if (!target || target.disabled || !value.trim()) return;
      target.value = value.trim();
      target.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
}

export function watchGrids() {
  document.addEventListener("keydown", (event) => {
    const input = event.target.closest("[data-grid] [data-value]");
    const step = WALK[event.key];
    if (!input || !step || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.isComposing) return;
    const sideways = step[1] !== 0;
    if (input.tagName === "SELECT" && event.key !== "Enter" && !sideways) return;
    if (sideways && input.tagName === "INPUT" && input.selectionStart !== input.selectionEnd - input.value.length) {
      const edge = step[1] < 0 ? input.selectionEnd === 0 : input.selectionStart === input.value.length;
      if (!edge) return;
    }
    event.preventDefault();
    walk(input, event.shiftKey && event.key === "Enter" ? -1 : step[0], step[1]);
  });
  document.addEventListener("change", (event) => {
    const cell = event.target.closest("[data-grid] [data-row]");
    if (!cell || !event.target.matches("[data-value]")) return;
    waiting.add(cell);
    queue = queue.then(() => waiting.delete(cell) && save(cell));
  });
  window.addEventListener("pagehide", () => { // who leaves the page while a pasted block is on its way loses nothing
    for (const cell of waiting) save(cell);
    waiting.clear();
  });
  document.addEventListener("paste", paste);
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-grid] input[data-value]")) event.target.select();
  });
}
