// Words in a Sankey: each is cut to the room between its own level and the next, whatever the width of the box, so that
// no word runs into the words of the next level; the whole of it stands in the tooltip. Codes of one batch differ at
// their end, so it is the beginning that goes.
const GAP = 10;
const pen = document.createElement("canvas").getContext("2d");

function shortened(words, room, size) {
  pen.font = `${size}px sans-serif`;
  const letters = [...words];
  let from = 0;
  const rest = () => (from ? `…${letters.slice(from).join("")}` : words);
  while (from < letters.length - 1 && pen.measureText(rest()).width > room) from += 1;
  return rest();
}

function levels(links) {
  const next = new Map();
  for (const { source, target } of links) next.set(source, [...(next.get(source) ?? []), target]);
  const known = new Map();
  const depth = (node) => {
    if (!known.has(node)) {
      known.set(node, 1); // no loops come here; should one, it ends
      known.set(node, 1 + Math.max(0, ...(next.get(node) ?? []).map(depth)));
    }
    return known.get(node);
  };
  return Math.max(1, ...links.map(({ source }) => depth(source)));
}

// The part of the option that depends on the width of the box; null when there is no Sankey in it.
export function fitted(option, width) {
  if (!option.series?.some(({ type }) => type === "sankey")) return null;
  return {
    series: option.series.map((series) => {
      if (series.type !== "sankey") return {};
      const count = levels(series.links);
      const node = series.nodeWidth ?? 20;
      const apart = count < 2 ? width : (width - series.left - series.right - node) / (count - 1);
      const room = Math.max(24, Math.floor(apart - node - GAP));
      const size = series.label?.fontSize ?? 12;
      return {
        data: series.data.map((one) => {
          const words = one.label?.formatter;
          return words ? { ...one, label: { ...one.label, formatter: shortened(words, room, size) } } : one;
        }),
      };
    }),
  };
}
