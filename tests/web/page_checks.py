"""Questions put to a page in the browser: sizes of targets, names of controls, contrast of words."""

from __future__ import annotations

TARGETS = """
(least) => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea')]
  .filter((e) => e.checkVisibility() && !e.closest('.skip, .table, dialog') && !e.matches('.skip, .form-check-input'))
  .map((e) => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && (box.height < least || box.width < least))
  .map(([words, box]) => `${box.width}x${box.height} ${words}`)
"""

NAMELESS = """
() => [...document.querySelectorAll(
    'a, button, input:not([type=hidden]), select, textarea, dialog, nav, svg:not([aria-hidden])')]
  .filter((e) => !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.textContent.trim()
    || e.labels?.length || e.closest('label')))
  .map((e) => e.outerHTML.slice(0, 120))
"""

CONTRAST = """
() => {
  const linear = (c) => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const rgba = (words) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = words; canvas.fillRect(0, 0, 1, 1);
    const d = canvas.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255]; };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const ground = (e) => { const layers = []; for (let at = e; at; at = at.parentElement)
    layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]); };
  const faults = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !e.checkVisibility()) continue;
    if (e.closest('script, template, .visually-hidden, .skip, :disabled')) continue;
    const style = getComputedStyle(e), back = ground(e);
    const front = over(rgba(style.color), back);
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    const big = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const words = walker.currentNode.textContent.trim().slice(0, 40);
    if (ratio < (big ? 3 : 4.5)) faults.push(`${ratio.toFixed(2)} ${e.className} ${words}`);
  }
  return [...new Set(faults)];
}
"""
