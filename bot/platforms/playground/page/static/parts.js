// Fragments of the page: asked for by name, put in place child by child, what did not change left alone.

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

const sources = new WeakMap();
const waiting = new Set();
let running = null;

export function address(rest) {
  const url = new URL(location.href);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${rest}`;
  url.hash = "";
  return url;
}

/** Remember what the server sent, before scripts and people change it. */
export function remember(root) {
  for (const child of root.children) sources.set(child, child.outerHTML);
}

function keyOf(element) {
  return element.id || element.outerHTML;
}

function focusKept(work) {
  const active = document.activeElement;
  const id = active?.id, values = active?.value, chosen = [active?.selectionStart, active?.selectionEnd];
  work();
  const again = id && document.getElementById(id);
  if (again && again !== document.activeElement && !document.contains(active)) {
    again.focus({ preventScroll: true });
    if (again.tagName === "TEXTAREA" && values !== undefined) {
      again.value = values;
      again.setSelectionRange(...chosen);
    }
  }
}

/** Put `html` into `root`: children with the same id and the same source stay as they are. */
export function place(root, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const old = new Map([...root.children].map((child) => [keyOf(child), child]));
  focusKept(() => {
    let at = root.firstElementChild;
    for (const fresh of [...template.content.children]) {
      const source = fresh.outerHTML;
      const known = old.get(keyOf(fresh));
      const keep = known && sources.get(known) === source;
      const child = keep ? known : fresh;
      if (known) old.delete(keyOf(fresh));
      if (!keep) sources.set(fresh, source);
      if (known && !keep) {
        if (known === at) at = fresh;
        known.replaceWith(fresh);
      }
      if (child === at) at = at.nextElementSibling;
      else root.insertBefore(child, at);
    }
    for (const gone of old.values()) gone.remove();
  });
}

const after = new Map();

/** Call `work` after a fragment was put in place. */
export function onPlaced(name, work) {
  after.set(name, [...(after.get(name) ?? []), work]);
}

const names = () => $$("[data-part]").map((root) => root.dataset.part);

/** Fetch these fragments again; calls made meanwhile are gathered. */
export async function refresh(...stale) {
  for (const name of stale.includes("all") ? names() : stale) waiting.add(name);
  while (running) await running;
  if (!waiting.size) return;
  const now = [...waiting];
  waiting.clear();
  running = Promise.all(now.map(one)).finally(() => { running = null; });
  await running;
}

async function one(name) {
  const root = $(`[data-part="${name}"]`);
  if (!root || root.dataset.held) return;
  const url = address(`part/${name}`);
  const answer = await fetch(url).catch(() => null);
  if (!answer) return;
  if (answer.status === 404) location.assign("/");
  if (!answer.ok || url.href !== address(`part/${name}`).href) return;
  place(root, await answer.text());
  for (const work of after.get(name) ?? []) work(root);
}

/** Do something; true when it was done. What is refused is said beside the form, or in a toast. */
export async function act(name, data, form) {
  const answer = await fetch(address(`do/${name}`), { method: "POST", body: data }).catch(() => null);
  const words = answer === null ? document.body.dataset.lost : answer.ok ? "" : await answer.text();
  problem(form, words);
  if (!answer?.ok) return false;
  if (answer.status === 200) {
    const { go } = await answer.json();
    if (go) travel(go);
  }
  return true;
}

function problem(form, words) {
  const place = form && $(":scope > .problem[role=alert]", form);
  if (place && form.dataset.do !== "fill") {
    place.textContent = words;
    place.hidden = !words;
    const input = $("input[type=text], textarea", form);
    input?.toggleAttribute("aria-invalid", Boolean(words));
    if (words) input?.focus();
  } else if (words) toast(words);
}

let fading = 0;

export function toast(words) {
  const box = $("#toast");
  box.textContent = words;
  box.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { box.hidden = true; }, 6000);
}

/** Another page, the speed kept, the focus where it was. */
export function travel(href) {
  const url = new URL(href, location.href);
  const speed = new URL(location.href).searchParams.get("speed");
  if (speed !== null) url.searchParams.set("speed", speed);
  try { sessionStorage.setItem("relais-focus", document.activeElement?.id ?? ""); } catch { /* as it comes */ }
  location.assign(url);
}
