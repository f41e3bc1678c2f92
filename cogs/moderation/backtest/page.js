"use strict";

const sample = document.getElementById("sample");

/* Wilson's interval at 95 %, in percent. */
function interval(right, all) {
  const z = 1.959963984540054, share = right / all, spread = z * z / all;
  const middle = (share + spread / 2) / (1 + spread);
  const half = z * Math.sqrt(share * (1 - share) / all + spread / (4 * all)) / (1 + spread);
  return [middle - half, middle + half].map(one => 100 * Math.min(1, Math.max(0, one)));
}

if (sample) {
  const items = [...sample.querySelectorAll("li[data-key]")];
  const tally = document.getElementById("tally");
  const place = ["relais-labels", sample.dataset.source, sample.dataset.rules, sample.dataset.seed].join("|");
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

  const chosen = item => item.querySelector("input:checked")?.value ?? "";
  const labels = () => items.map(item => ({ label: chosen(item), key: item.dataset.key, rule: item.dataset.rule }));

  function show() {
    const given = items.map(chosen);
    items.forEach((item, at) => item.classList.toggle("labelled", given[at] !== ""));
    const right = given.filter(one => one === "right").length;
    const all = right + given.filter(one => one === "wrong").length;
    const values = { done: given.filter(Boolean).length, all: items.length };
    if (all) {
      const [low, high] = interval(right, all);
      Object.assign(values, { share: 100 * right / all, low, high });
    }
    const words = all ? tally.dataset.words : tally.dataset.none;
    tally.textContent = words.replace(/\{(\w+)\}/g, (_, name) => number.format(values[name]));
  }

  /* What was labelled survives a reload, where the browser permits. */
  function keep() {
    try { localStorage.setItem(place, JSON.stringify(labels())); } catch { /* a page without storage still works */ }
  }
  function recall() {
    try {
      const kept = new Map(JSON.parse(localStorage.getItem(place) ?? "[]").map(one => [one.key, one.label]));
      for (const item of items) {
        const input = item.querySelector(`input[value="${CSS.escape(kept.get(item.dataset.key) || "none")}"]`);
        if (input) input.checked = true;
      }
    } catch { /* a page without storage still works */ }
  }

  sample.addEventListener("change", () => { show(); keep(); });
  document.getElementById("download").addEventListener("click", () => {
    const text = labels().filter(one => one.label).map(one => JSON.stringify(one) + "\n").join("");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
    link.download = "labels.jsonl";
    link.click();
    URL.revokeObjectURL(link.href);
  });
  recall();
  show();
}
