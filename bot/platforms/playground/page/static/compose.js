// Writing: messages, completion of commands and names, options as typed fields.

import { $, $$, act, address, onPlaced } from "./parts.js";

const say = $("#say");
const form = $("#say-form");
const list = $("#completion");
const options = $("#options");
const replying = $("#replying");

let commands = null;
let found = [];
let chosen = 0;
let reply = "";
let turn = 0;

export function setUp(acts, sent) {
  say.addEventListener("input", () => { grow(); complete(); });
  say.addEventListener("keydown", pressed);
  say.addEventListener("blur", () => setTimeout(hide, 150));
  say.addEventListener("focus", complete);
  list.addEventListener("mousedown", (event) => {
    const item = event.target.closest("[role=option]");
    event.preventDefault();
    if (item) take(Number(item.dataset.index));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(sent);
  });
  acts.reply = (button) => replyTo(button.dataset.message, button.dataset.name);
  acts["no-reply"] = () => replyTo("");
  acts["no-options"] = () => { closeOptions(); say.focus(); };
  onPlaced("composer", ready);
  ready();
}

function ready() {
  const state = $("#acting");
  say.disabled = state.dataset.closed === "yes";
  $(".send", form).disabled = say.disabled;
  say.placeholder = state.dataset.placeholder;
  commands = null;
  load();
  replyTo("");
}

function grow() {
  say.rows = Math.min(8, Math.max(1, say.value.split("\n").length));
}

function replyTo(message, name = "") {
  reply = message;
  replying.hidden = !message;
  $("span", replying).textContent = name ? `↩ ${name}` : "";
  if (message) say.focus();
}

async function send(sent) {
  const text = say.value.trim();
  if (!text) return;
  if (text.startsWith("/")) {
    const known = await load();
    const typed = known.filter((one) => `${text.toLowerCase()} `.startsWith(`/${one.path} `));
    const command = typed.sort((one, other) => other.path.length - one.path.length)[0];
    if (command) return run(command, text.slice(command.path.length + 1).trim());
  }
  const data = new FormData();
  data.set("text", say.value);
  data.set("reply", reply);
  sent();
  say.value = "";
  grow();
  if (await act("say", data, null)) replyTo("");
  else if (!say.value) { say.value = text; grow(); }
}

// Commands

async function load() {
  commands ??= fetch(address("commands")).then((answer) => (answer.ok ? answer.json() : []), () => []);
  return commands;
}

async function run(command, given) {
  if (command.options.length) return ask(command, given);
  const data = new FormData();
  data.set("path", command.path);
  say.value = "";
  grow();
  await act("command", data, null);
}

/** The options of a command, as fields above the composer. */
async function ask(command, given = "") {
  const url = address("options");
  url.searchParams.set("path", command.path);
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok) return;
  options.innerHTML = await answer.text();
  options.hidden = false;
  fill(command.options, given);
  say.value = "";
  grow();
  hide();
  $("input:not([type=hidden]), select, textarea", options)?.focus();
}

/** What was typed behind a command: “name: value” for each option, and the first one's value before any name. */
function fill(asked, given) {
  const [first, ...named] = given.split(new RegExp(`(?:^|\\s+)(${asked.map((one) => one.name).join("|")}):\\s*`));
  const values = { [asked[0].name]: first };
  for (let at = 0; at < named.length; at += 2) values[named[at]] = named[at + 1];
  for (const [name, value] of Object.entries(values)) {
    const field = $(`#option-${name}`, options);
    if (!value || !field || field.type === "file") continue;
    const meant = [value, value.replace(/^@/, "")];
    const choice = [...(field.options ?? [])].find((one) => meant.includes(one.value) || meant.includes(one.text));
    field.value = choice ? choice.value : value;
  }
}

export function closeOptions() {
  if (options.hidden) return;
  const inside = options.contains(document.activeElement);
  options.hidden = true;
  options.replaceChildren();
  if (inside) say.focus();
}

options.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { closeOptions(); say.focus(); }
});

// Completion

/** What could follow; an answer that comes after the list was hidden, or after more was typed, is dropped. */
async function complete() {
  const mine = ++turn;
  const before = say.value.slice(0, say.selectionStart);
  if (before.startsWith("/") && !before.includes("\n")) {
    const typed = before.slice(1).toLowerCase();
    const matches = (await load()).filter((one) => matching(one.path, typed));
    if (mine !== turn) return undefined;
    return offer(matches.slice(0, 8).map((one) => ({ command: one, head: `/${one.path}`, text: one.help, options: one.options })));
  }
  const name = /(?:^|\s)([@#])([\p{L}\d_-]*)$/u.exec(before);
  if (name) return offer(names(name[1], name[2].toLowerCase()));
  hide();
}

function matching(path, typed) {
  return path.startsWith(typed) || (typed.length > 1 && path.includes(typed));
}

function names(sign, typed) {
  const known = sign === "@"
    ? $$("#people .person:not(.gone) .person-name b").map((one) => one.textContent)
    : $$("#channel-list .tab-name").map((one) => one.textContent);
  const matches = known.filter((one) => one.toLowerCase().startsWith(typed)).slice(0, 6);
  return matches.map((one) => ({ word: `${sign}${one} `, typed: typed.length + 1, head: `${sign}${one}`, text: "", options: [] }));
}

function offer(items) {
  found = items;
  chosen = 0;
  if (!items.length || document.activeElement !== say) return hide();
  list.replaceChildren(...items.map(row));
  list.hidden = false;
  say.setAttribute("aria-expanded", "true");
  mark();
}

function row(item, index) {
  const li = document.createElement("li");
  li.id = `completion-${index}`;
  li.dataset.index = index;
  li.setAttribute("role", "option");
  const head = document.createElement("b");
  head.textContent = item.head;
  li.append(head, " ");
  for (const option of item.options) {
    const chip = document.createElement("span");
    chip.className = option.required ? "option required" : "option";
    chip.textContent = option.name;
    chip.title = `${option.label}: ${option.kind}`;
    li.append(chip, " ");
  }
  const help = document.createElement("small");
  help.textContent = item.text;
  li.append(help);
  return li;
}

function mark() {
  for (const item of list.children) item.setAttribute("aria-selected", String(Number(item.dataset.index) === chosen));
  say.setAttribute("aria-activedescendant", `completion-${chosen}`);
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
}

function hide() {
  turn += 1;
  list.hidden = true;
  found = [];
  say.setAttribute("aria-expanded", "false");
  say.removeAttribute("aria-activedescendant");
}

function take(index) {
  const item = found[index];
  hide();
  if (item.command) {
    if (item.command.options.length) return ask(item.command);
    say.value = item.head;
    return grow();
  }
  const at = say.selectionStart;
  say.setRangeText(item.word, at - item.typed, at, "end");
}

function pressed(event) {
  if (!list.hidden && found.length) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      chosen = (chosen + step + found.length) % found.length;
      return mark();
    }
    const exact = found[chosen].head === say.value.slice(0, say.selectionStart).trim().split(found[chosen].command ? "\n" : /\s/).pop();
    if ((event.key === "Tab" && !event.shiftKey) || (event.key === "Enter" && !exact)) {
      event.preventDefault();
      return take(chosen);
    }
  }
  if (event.key === "Escape") {
    if (!list.hidden) event.stopPropagation();
    return hide();
  }
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    hide();
    form.requestSubmit();
  }
}
