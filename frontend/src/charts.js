// <div data-chart><script type="application/json">{ECharts option}</script></div>: the library is loaded when the first
// chart comes into view, charts follow the size of their box and the theme of the system. Tooltips are drawn on the
// canvas (richText), because the page allows no inline style.
import { fitted } from "./sankey.js";

const drawn = new Map();
const options = new Map();
let library = null;

const looking = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    looking.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "200px" });

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const chart = drawn.get(target);
    if (!chart) continue;
    chart.resize();
    fit(chart, target);
  }
});

export function drawCharts(root) {
  const places = root.matches?.("[data-chart]") ? [root] : root.querySelectorAll("[data-chart]");
  for (const place of places) if (!drawn.has(place)) looking.observe(place);
}

function look(place) {
  const style = getComputedStyle(place);
  const colour = (name) => style.getPropertyValue(name).trim();
  const axis = {
    axisLine: { lineStyle: { color: colour("--chart-line") } },
    axisLabel: { color: colour("--chart-text") },
    nameTextStyle: { color: colour("--chart-text") },
    splitLine: { lineStyle: { color: colour("--chart-grid") } },
  };
  return {
    color: ["--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5", "--chart-6"].map(colour),
    textStyle: { color: colour("--chart-text"), fontFamily: style.fontFamily },
    legend: { textStyle: { color: colour("--chart-text") } },
    title: { textStyle: { color: colour("--chart-text") } },
    categoryAxis: axis,
    valueAxis: axis,
    timeAxis: axis,
    logAxis: axis,
  };
}

function fit(chart, place) {
  const changed = fitted(options.get(place), chart.getWidth());
  if (changed) chart.setOption(changed);
}

async function draw(place) {
  library ??= import("./echarts.js");
  const echarts = await library;
  const source = place.querySelector("script[type='application/json']");
  const canvas = place.querySelector("[data-chart-canvas]");
  const option = JSON.parse(source.textContent);
  option.animation = option.animation ?? !matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (option.tooltip) {
    option.tooltip.renderMode = "richText";
    option.tooltip.confine = true;
  }
  const chart = echarts.init(canvas, look(place), { renderer: "canvas", locale: document.documentElement.lang.startsWith("zh") ? "ZH" : "EN" });
  chart.setOption(option);
  options.set(place, option);
  fit(chart, place);
  chart.on("click", ({ data }) => { if (data?.href) location.assign(data.href); });
  drawn.set(place, chart);
  sizes.observe(place);
  place.dataset.drawn = "";
}

document.addEventListener("theme", () => {
  for (const [place, chart] of drawn) {
    chart.dispose();
    drawn.delete(place);
    if (place.isConnected) draw(place);
  }
});
