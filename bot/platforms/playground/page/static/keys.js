// The keyboard, dialogs, drawers and the channel switcher.

import { $, $$ } from "./parts.js";

export function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  for (const other of $$("dialog[open]:not([data-modal])")) other.close();
  dialog.showModal();
  if (id === "switcher") list("");
}

export function shut() {
  for (const dialog of $$("dialog[open]:not([data-modal])")) dialog.close();
}

/** Open or close a drawer of a narrow screen; without `on`, the other way round. */
export function drawer(id, on) {
  const opened = on ?? !document.body.classList.contains(`${id}-open`);
  document.body.classList.toggle(`${id}-open`, opened);
  for (const button of $$(`.drawer-open[data-drawer="${id}"]`)) button.setAttribute("aria-expanded", String(opened));
  if (opened) {
    drawer(id === "side" ? "panel" : "side", false);
    $(`#${id} .drawer-close`).focus();
  } else if (document.getElementById(id).contains(document.activeElement)) $(`.drawer-open[data-drawer="${id}"]`)?.focus();
}

function list(typed) {
  const tabs = $$("#channel-list a, #direct-list a").filter((tab) => $(".tab-name", tab).textContent.toLowerCase().includes(typed));
  $("#switcher-list").replaceChildren(...tabs.map((tab) => {
    const item = document.createElement("li");
    item.append(tab.cloneNode(true));
    return item;
  }));
}

function beside(step) {
  const tabs = $$("#channel-list a, #direct-list a");
  const here = tabs.findIndex((tab) => new URL(tab.href).pathname === location.pathname);
  return tabs[(here + step + tabs.length) % tabs.length];
}

const isTyping = (target) => target.matches("input, textarea, select, [contenteditable]");

export function keys(go) {
  $("#switcher-text").addEventListener("input", (event) => list(event.target.value.trim().toLowerCase()));
  $("#switcher-text").addEventListener("keydown", (event) => {
    const first = $("#switcher-list a");
    if (event.key === "Enter" && first) {
      event.preventDefault();
      go(first.href);
    }
    if (event.key === "ArrowDown") first?.focus();
  });
  for (const dialog of $$("dialog")) {
    dialog.addEventListener("click", (event) => { if (event.target === dialog && !("modal" in dialog.dataset)) dialog.close(); });
  }
  document.addEventListener("keydown", (event) => shortcut(event, go));
}

function shortcut(event, go) {
  const modal = $("dialog[open]");
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!modal) open("switcher");
  } else if (event.key === "Escape" && !modal) {
    drawer("side", false);
    drawer("panel", false);
  } else if (modal) {
    return;
  } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    go(beside(event.key === "ArrowUp" ? -1 : 1).href);
  } else if (event.altKey && event.code === "KeyA") {
    event.preventDefault();
    $("#as").focus();
  } else if (event.altKey && event.code === "KeyN") {
    event.preventDefault();
    open("newcomer");
  } else if (!isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (event.key === "?") open("keys");
    if (event.key === "/") {
      event.preventDefault();
      $("#say").focus();
      $("#say").setRangeText("/", 0, $("#say").value.length, "end");
      $("#say").dispatchEvent(new Event("input"));
    }
  }
}
