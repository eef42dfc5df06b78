// The worksheet: arrow keys walk, Enter goes down, a block copied from a spreadsheet spreads over the cells, and a cell
// that was changed is judged by the server as you leave it. Every cell posts for itself, one after the other. A value
// that was refused stays in its cell and goes again when the row names another instrument.
import { newKey } from "./keys.js";
import { announce } from "./announce.js";

const WALK = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const MOST_LISTED = 20;
let queue = Promise.resolve();
const waiting = new Set(); // cells whose value was not sent yet

function cellAt(grid, row, column) {
  return grid.querySelector(`[data-row="${row}"][data-column="${column}"] [data-value]`);
}

function place(input) {
  const { row, column } = input.closest("[data-row]").dataset;
  return [Number(row), Number(column)];
}

function free(grid, row, column) {
  const target = cellAt(grid, row, column);
  return target && !target.disabled ? target : null;
}

// The next cell that takes a value: rows with fewer specimens are stepped over, and Enter at the bottom goes on at the
// top of the next column, so that a whole sheet is typed with figures and one key.
function walk(input, down, right, onward) {
  const grid = input.closest("[data-grid]");
  const rows = grid.querySelectorAll("tbody tr").length;
  const columns = grid.querySelectorAll("thead th").length - 1;
  let [row, column] = place(input);
  for (;;) {
    row += down;
    column += right;
    if (onward && row >= rows) [row, column] = [0, column + 1];
    if (row < 0 || row >= rows || column < 1 || column > columns) break;
    const target = free(grid, row, column);
    if (!target) continue;
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
    else {
      cell.dataset.unsaved = "";
      refuse(grid, words);
    }
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

// Whether the cell takes the value; a list takes the words that stand in it as well as what it posts.
function put(input, value) {
  const option = [...(input.options ?? [])].find((one) => [one.value, one.text.trim()].includes(value));
  if (input.options && !option) return false;
  input.value = option?.value ?? value;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

// Copied again over a sheet that holds the same value already, nothing is left out.
function holds(input, value) {
  return input.value === value || input.selectedOptions?.[0]?.text.trim() === value;
}

function paste(event) {
  const input = event.target.closest("[data-grid] [data-value]");
  const block = event.clipboardData?.getData("text/plain") ?? "";
  if (!input || !/[\t\n]/.test(block.trim())) return;
  event.preventDefault();
  const grid = input.closest("[data-grid]");
  const [row, column] = place(input);
  const left = [];
  block.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) => {
    line.split("\t").map((cell) => cell.trim()).forEach((value, right) => {
      const target = cellAt(grid, row + down, column + right);
      if (!value || (target?.disabled && holds(target, value))) return;
      if (!target || target.disabled || !put(target, value)) left.push(value);
    });
  });
  tellLeft(grid, left);
}

function tellLeft(grid, left) {
  const out = grid.querySelector("[data-unplaced]");
  const listed = left.slice(0, MOST_LISTED).join(" ") + (left.length > MOST_LISTED ? " …" : "");
  const facts = { count: left.length, values: listed };
  out.textContent = left.length ? out.dataset.words.replace(/\{(\w+)\}/g, (_all, name) => facts[name]) : "";
  out.hidden = !left.length;
}

function sendAgain(row) {
  const refused = row.querySelectorAll("[data-unsaved] [data-value]");
  if (refused.length) row.closest("[data-grid]").querySelector("[data-answer-slot]").replaceChildren();
  for (const input of refused) input.dispatchEvent(new Event("change", { bubbles: true }));
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
    const back = event.shiftKey && event.key === "Enter";
    walk(input, back ? -1 : step[0], step[1], event.key === "Enter" && !back);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-grid] [data-instrument]")) sendAgain(event.target.closest("tr"));
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
