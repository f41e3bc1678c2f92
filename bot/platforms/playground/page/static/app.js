// The playground's page: navigation, what changes, and what people do with the mouse.

import { $, $$, act, address, onPlaced, refresh, remember, travel } from "./parts.js";
import { closeOptions, setUp } from "./compose.js";
import { drawer, keys, open, shut } from "./keys.js";

const stream = $("#stream");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let events = null;
let since = document.body.dataset.since;
let following = false;
let wanted = "";

// Where we are

const atEnd = () => stream.scrollHeight - stream.scrollTop - stream.clientHeight < 120;
let sticky = true;
stream.addEventListener("scroll", () => { sticky = atEnd(); });
new ResizeObserver(() => { if (sticky) scrollDown(); }).observe(stream);

function scrollDown() {
  stream.scrollTop = stream.scrollHeight;
}

function titled() {
  const here = $("[data-title]");
  if (!here) return;
  const unread = $$(".tab .count > [aria-hidden]").reduce((sum, one) => sum + Number(one.textContent), 0);
  document.title = `${unread ? `(${unread}) ` : ""}${here.dataset.title} · Relais`;
}

/** Somewhere else in the same town, as the same person: without loading the page again. */
async function go(href, { push = true } = {}) {
  const to = new URL(href, location.href);
  const from = new URL(location.href);
  if (to.searchParams.get("as") !== from.searchParams.get("as") || to.pathname.split("/")[2] !== from.pathname.split("/")[2]) {
    travel(to);
    return;
  }
  const speed = from.searchParams.get("speed");
  if (speed !== null) to.searchParams.set("speed", speed);
  const more = to.searchParams.has("shown") && to.pathname === from.pathname;
  const height = stream.scrollHeight;
  if (push) history.pushState(null, "", to);
  sticky = !more;
  closeOptions();
  shut();
  drawer("side", false);
  await refresh("header", "channels", "messages", "composer", "people");
  if (more) stream.scrollTop = stream.scrollHeight - height;
  else scrollDown();
  listen();
  if (to.hash) show(to.hash.slice(1));
}

addEventListener("popstate", () => go(location.href, { push: false }));

/** Bring a message before the eyes. */
function show(id) {
  const message = document.getElementById(id);
  if (!message) return;
  sticky = false;
  message.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
  message.classList.remove("shown");
  requestAnimationFrame(() => message.classList.add("shown"));
}

// What changes

function listen() {
  events?.close();
  if (document.hidden) return;
  const url = address("events");
  url.searchParams.set("since", since);
  events = new EventSource(url);
  events.onmessage = (event) => {
    since = event.lastEventId || since;
    document.body.classList.remove("away");
    refresh(...event.data.split(" "));
  };
  events.onopen = () => document.body.classList.remove("away");
  events.onerror = () => {
    document.body.classList.add("away");
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 1500);
  };
}

/** This community is about to go: ask nothing more about it. */
function leave() {
  events?.close();
  for (const root of $$("[data-part]")) root.dataset.held = "yes";
}

document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => events?.close());
setInterval(() => { if (!document.hidden) refresh("clock"); }, 20000);

onPlaced("messages", () => { if (sticky) scrollDown(); });
onPlaced("channels", titled);
onPlaced("header", titled);
onPlaced("form", openForm);
onPlaced("clock", followShow);

function openForm(root) {
  const dialog = $("dialog", root);
  if (!dialog || dialog.open) return;
  dialog.showModal();
  ($("[aria-invalid]", dialog) ?? $("input, textarea, select", dialog))?.focus();
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    act("close", new FormData());
  });
}

/** A lively day leads to where things happen, until somebody goes elsewhere by hand. */
function followShow() {
  const room = $("#show")?.dataset.room ?? "";
  if (!$("#show")) following = false;
  if (!following || !room || room === wanted) return;
  wanted = room;
  if (new URL(room, location.href).pathname !== location.pathname) go(room);
}

// What people do

function pace() {
  const given = new URL(location.href).searchParams.get("speed");
  return given === null ? (calm.matches ? 0.35 : 1) : 1 / Math.max(1, Number(given) || 1);
}

function dataOf(element) {
  const data = new FormData();
  for (const [name, value] of Object.entries(element.dataset)) if (name !== "do" && name !== "change") data.set(name, value);
  if (element.name && element.type !== "submit") {
    if (element.type !== "checkbox" || element.checked) data.set(element.name, element.value);
  }
  return data;
}

async function doIt(element) {
  const name = element.dataset.do ?? element.dataset.change;
  const data = dataOf(element);
  if (name === "time" || name === "day") data.set("pace", String(pace()));
  following = name === "day" || (following && name !== "stop");
  if (name === "day") wanted = "";
  element.closest("details")?.removeAttribute("open");
  element.setAttribute("aria-busy", "true");
  const done = await act(name, data, null);
  element.removeAttribute("aria-busy");
  if (!done) refresh("people", "messages");
}

async function submit(form) {
  const name = form.dataset.do;
  const held = name === "fill" ? $('[data-part="form"]') : null;
  const data = new FormData(form);
  if (name === "reset") leave();
  form.setAttribute("aria-busy", "true");
  if (held) held.dataset.held = "yes";
  const done = await act(name, data, form);
  form.removeAttribute("aria-busy");
  if (held) {
    delete held.dataset.held;
    await refresh("form");
  }
  if (!done) return;
  if (name === "command") closeOptions();
  if (name !== "fill") {
    form.closest("dialog")?.close();
    if (form.id !== "say-form") form.reset();
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-do]");
  if (!form || form.id === "say-form") return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") !== "true") submit(form);
});

const acts = {
  theme() {
    const dark = getComputedStyle(document.documentElement).getPropertyValue("--dark").trim() === "1";
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("relais-theme", document.documentElement.dataset.theme); } catch { /* until reload */ }
  },
  reveal(button) {
    button.nextElementSibling.hidden = false;
    button.remove();
  },
  unfold(button) {
    button.parentElement.classList.add("open");
    button.remove();
  },
  edit(button) {
    const dialog = $("#edit");
    dialog.querySelector("[name=message]").value = button.dataset.message;
    dialog.querySelector("[name=text]").value = button.dataset.text;
    open("edit");
  },
  shut: (button) => button.closest("dialog").close(),
};

document.addEventListener("click", (event) => {
  const it = event.target.closest("[data-do], [data-act], [data-open], [data-drawer], a[data-go], a[data-jump], a[data-show]");
  for (const menu of $$("details.picker[open]")) if (!menu.contains(event.target)) menu.open = false;
  if (!it || event.ctrlKey || event.metaKey || it.tagName === "FORM" || it.tagName === "SELECT") return;
  if (it.dataset.do) doIt(it);
  else if (it.dataset.act) acts[it.dataset.act]?.(it);
  else if (it.dataset.open) open(it.dataset.open);
  else if (it.dataset.drawer) drawer(it.dataset.drawer);
  else {
    event.preventDefault();
    following = false;
    if (it.dataset.jump) show(it.dataset.jump);
    else if (it.dataset.show && document.getElementById(it.dataset.show)) show(it.dataset.show);
    else go(it.href);
    if (it.dataset.show) drawer("panel", false);
  }
});

document.addEventListener("change", (event) => {
  const it = event.target;
  if (it.dataset.change) doIt(it);
  else if (it.dataset.act === "visit") travel(it.value);
  else if (it.dataset.act === "filter") $("#lines").dataset.filter = it.value;
});

// Beginning

for (const root of $$("[data-part]")) remember(root);
setUp(acts, () => { sticky = true; });
keys(go);
openForm($('[data-part="form"]'));
titled();
scrollDown();
listen();
if (location.hash) show(location.hash.slice(1));
try {
  document.getElementById(sessionStorage.getItem("relais-focus"))?.focus();
  sessionStorage.removeItem("relais-focus");
} catch { /* the beginning of the page */ }

