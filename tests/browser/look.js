// What a person would stumble on. Each function gives a list of descriptions, empty when all is well.

function visible(element) {
  return element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
}

function inModal(element) {
  const modal = document.querySelector("dialog[open]");
  return !modal || modal.contains(element);
}

function nameOf(element) {
  const labels = [...(element.labels ?? [])].map((one) => one.textContent).join(" ");
  const pictures = [...element.querySelectorAll("img[alt]")].map((one) => one.alt).join(" ");
  const by = (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "");
  return [element.getAttribute("aria-label") ?? "", by.join(" "), labels, element.textContent, pictures].join("").trim();
}

function described(element) {
  const text = element.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  return text;
}

function nameless() {
  const controls = [...document.querySelectorAll("button, a[href], input:not([type=hidden]), select, textarea, summary, dialog, progress, nav, aside")];
  return controls.filter((one) => visible(one) && !nameOf(one)).map(described);
}

function rgb(text) {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  canvas.fillStyle = text;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
}

function over(top, under) {
  return top.slice(0, 3).map((value, at) => value * top[3] + under[at] * (1 - top[3]));
}

function groundOf(element) {
  const layers = [];
  for (let one = element; one; one = one.parentElement) {
    const layer = rgb(getComputedStyle(one).backgroundColor);
    layers.push(layer);
    if (layer[3] === 1) break;
  }
  return layers.reverse().reduce((under, layer) => over(layer, under), rgb(getComputedStyle(document.body).backgroundColor));
}

function light(colour) {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function faint() {
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if (!own || !visible(element) || !inModal(element) || element.closest(":disabled, .hidden, .skip, option")) continue;
    const ground = groundOf(element);
    const ratio = contrast(over(rgb(getComputedStyle(element).color), ground), ground);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${described(element)}`);
  }
  for (const control of document.querySelectorAll("input[type=text], textarea, .composer .say, select, button:not(.quiet, .primary, .reaction)")) {
    if (!visible(control) || !inModal(control) || control.disabled || getComputedStyle(control).borderTopWidth === "0px") continue;
    const ratio = contrast(rgb(getComputedStyle(control).borderTopColor).slice(0, 3), groundOf(control.parentElement));
    if (ratio < 3) found.push(`border ${ratio.toFixed(2)} ${described(control)}`);
  }
  return found;
}

function overflowing() {
  const wide = document.documentElement.clientWidth;
  const found = document.documentElement.scrollWidth > wide ? ["the page scrolls sideways"] : [];
  for (const element of document.querySelectorAll("body *")) {
    if (!visible(element) || !inModal(element) || element.closest(".hidden, .skip, svg, pre")) continue;
    const box = element.getBoundingClientRect();
    if (box.width && (box.right > wide + 1 || box.left < -1)) found.push(`${Math.round(box.left)}–${Math.round(box.right)} ${described(element)}`);
  }
  return found;
}
