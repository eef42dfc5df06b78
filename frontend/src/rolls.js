// The list of rolls at the goods entrance: one scan a line. What the list comes to stands below it while it grows, and a
// roll that was scanned twice is told at once, by word and sound. The server reads the list again; this only counts.
import { announce } from "./announce.js";
import { play, wakeSound } from "./sounds.js";

const SEPARATORS = /[\t,;，；、 ]+/;

function figure(words) {
  return words !== undefined && /^\d+(\.\d+)?$/.test(words) ? Number(words) : null;
}

// Two figures are metres and kilograms, one is in the material's unit.
function holds(cells, unit) {
  const figures = cells.map(figure);
  if (figures.includes(null) || figures.length > 2) return null;
  return figures.length === 2 ? { m: figures[0], kg: figures[1] } : { [unit]: figures[0] };
}

function read(text, like, unit) {
  const found = { names: [], twice: [], unread: [], sums: {} };
  let before = like.trim() ? holds(like.trim().split(SEPARATORS), unit) : null;
  for (const line of text.normalize("NFKC").split("\n").map((one) => one.trim()).filter(Boolean)) {
    const [name, ...cells] = line.split(SEPARATORS);
    const roll = cells.length ? holds(cells, unit) : before;
    if (found.names.includes(name)) found.twice.push(name);
    found.names.push(name);
    if (!roll) found.unread.push(name);
    for (const [measure, one] of Object.entries(roll ?? {})) found.sums[measure] = (found.sums[measure] ?? 0) + one;
    before = roll ?? before;
  }
  return found;
}

function tell(area) {
  const out = area.form.querySelector("[data-rolls-sum]");
  const like = area.form.querySelector("[name=like]");
  const chosen = area.form.querySelector("[name=line]:checked");
  const found = read(area.value, like?.value ?? "", JSON.parse(out.dataset.units)[chosen?.value] ?? "m");
  const said = (words, facts) => words.replace(/\{(\w+)\}/g, (_all, name) => facts[name]);
  const sums = Object.entries(found.sums).map(([unit, sum]) => `${Number(sum.toFixed(4)).toLocaleString("en")} ${unit}`);
  const parts = [said(out.dataset.sum, { count: found.names.length }), ...sums];
  if (found.unread.length) parts.push(said(out.dataset.unread, { names: found.unread.join(" ") }));
  out.hidden = found.names.length === 0;
  out.querySelector("[data-rolls-count]").textContent = parts.join(" · ");
  const wrong = out.querySelector("[data-rolls-twice]");
  const words = found.twice.length ? said(out.dataset.twice, { names: found.twice.join(" ") }) : "";
  if (words && words !== wrong.textContent) {
    play("refused");
    announce(words);
  }
  wrong.textContent = words;
  wrong.hidden = !words;
}

export function countRolls(root) {
  for (const area of root.querySelectorAll("textarea[data-rolls]")) {
    wakeSound();
    const listen = (event) => {
      // A line is judged when it is ended: a number that is still being typed is no roll yet.
      if (event.target !== area || event.type === "change" || area.value === "" || area.value.endsWith("\n")) tell(area);
    };
    area.form.addEventListener("input", listen);
    area.form.addEventListener("change", listen);
    tell(area);
  }
}
