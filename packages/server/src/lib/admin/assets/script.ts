/**
 * The script of every page; each page works without it. Relative times, keys, and one submit for each form. Attributes ask for
 * more:
 *
 * - `data-live` (main): the page is loaded again at an interval.
 * - `data-list` (main): the page is the list to which Escape returns. `data-back` (a): the link to it.
 * - `data-key` (details, button): the key that opens or presses it.
 * - `data-continue` (form): the form of a bulk, which is submitted again.
 * - `data-hash` (form): the form of a file, which is hashed instead of uploaded.
 */
export const script = `"use strict";
const main = document.querySelector("main");
const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
function relate() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const seconds = Math.round((Date.now() - Date.parse(time.dateTime)) / 1000);
    time.title ||= time.textContent;
    const [size, name] = units.find(([unit]) => Math.abs(seconds) >= unit) ?? [1, "s"];
    const text = Math.floor(Math.abs(seconds) / size) + " " + name;
    time.textContent = seconds < 0 ? "in " + text : text + " ago";
  }
}
document.documentElement.classList.add("keys");
let selected = -1;
const rows = () => [...document.querySelectorAll("tbody tr")].filter((row) => row.querySelector("a"));
function select(index) {
  const all = rows();
  if (all.length === 0) return;
  selected = Math.max(0, Math.min(index, all.length - 1));
  all[selected].querySelector("a").focus();
}
// Storage may be blocked: then Escape returns to the list without its search.
const memory = { get: () => { try { return sessionStorage.getItem("list"); } catch { return null; } },
  set: (list) => { try { sessionStorage.setItem("list", list); } catch {} } };
function goBack() {
  const link = document.querySelector("a[data-back]");
  if (!link) return false;
  const list = memory.get();
  const [id = ""] = /gen_[^/]+/.exec(location.pathname) ?? [];
  location.assign((list?.split("?")[0] === link.pathname ? list : link.href) + "#" + id);
  return true;
}
if (main.hasAttribute("data-list")) {
  memory.set(location.pathname + location.search);
  const row = rows().findIndex((row) => row.querySelector("a").href.endsWith("/" + location.hash.slice(1)));
  if (location.hash && row !== -1) select(row);
}
addEventListener("click", (event) => {
  if (!event.target.closest?.("a[data-back]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  goBack();
});
const dialog = document.getElementById("keys");
const keys = {
  "/": () => document.querySelector("input[type=search]").focus(),
  "?": showKeys,
  j: () => select(selected + 1),
  k: () => select(selected - 1),
  x: () => (document.activeElement.closest("tbody tr") ?? rows()[selected])?.querySelector("input[type=checkbox]")?.click(),
};
function showKeys() {
  const list = dialog.querySelector("dl");
  for (const old of list.querySelectorAll("[data-page]")) old.remove();
  for (const target of document.querySelectorAll("[data-key]")) {
    const [term, text, key] = ["dt", "dd", "kbd"].map((name) => document.createElement(name));
    term.dataset.page = text.dataset.page = "";
    key.textContent = target.dataset.key;
    term.append(key);
    text.textContent = (target.querySelector("summary") ?? target).firstChild.textContent;
    list.append(term, text);
  }
  dialog.showModal();
}
function openForm(target) {
  if (target.tagName === "BUTTON") return target.click();
  target.open = true;
  target.querySelector("input:not([type=hidden])").focus();
}
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
  const isTyping = event.target.matches?.("input:not([type=checkbox]), textarea, select");
  const target = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
  if (event.key === "Escape") {
    const open = event.target.closest?.("details[open]") ?? document.querySelector("details[data-key][open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
    else if (isTyping || !goBack()) event.target.blur();
  } else if (isTyping) return;
  else if (Object.hasOwn(keys, event.key)) { event.preventDefault(); keys[event.key](); }
  else if (target) { event.preventDefault(); openForm(target); }
});
addEventListener("focusin", (event) => {
  const row = rows().indexOf(event.target.closest?.("tbody tr"));
  if (row !== -1) selected = row;
});
addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });
const isBusy = () => document.hidden || main.contains(document.activeElement) && document.activeElement !== main
  || main.querySelector("details[open], input:checked") || String(getSelection()) !== "";
const more = document.querySelector("form[data-continue]");
if (more) setTimeout(() => more.requestSubmit(), 300);
const stale = document.getElementById("stale");
let updatedAt = new Date(), isLoading = false;
async function load() {
  const response = await fetch(location.href, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(20000) });
  if (!response.ok) return "the server responded with " + response.status;
  const next = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("main");
  if (!next || response.redirected) return "the server responded with another page";
  if (isBusy()) return "paused";
  main.replaceChildren(...next.childNodes);
  main.toggleAttribute("data-live", next.hasAttribute("data-live"));
  updatedAt = new Date();
  relate();
}
async function refresh() {
  if (isLoading || document.hidden || !main.hasAttribute("data-live")) return;
  isLoading = true;
  const problem = isBusy() ? "paused" : await load().catch(() => "the server cannot be reached");
  isLoading = false;
  const isStale = problem && (problem !== "paused" || Date.now() - updatedAt > 15000);
  const text = isStale ? "Not updated since " + updatedAt.toTimeString().slice(0, 8) + ": " +
    (problem === "paused" ? "paused while you act on this page." : problem + ". Trying again.") : "";
  if (stale.textContent !== text) stale.textContent = text;
  stale.hidden = !isStale;
}
const picker = document.querySelector("form[data-hash]");
async function lookUp(file) {
  const text = document.getElementById("hashing");
  try {
    text.textContent = "Computing the SHA-256 of " + file.name + " …";
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const digits = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
    location.assign(picker.action + "?sha256=" + digits);
  } catch { text.textContent = "The browser cannot read the file. Compute its SHA-256 with sha256sum instead."; }
  delete picker.dataset.sent;
}
if (picker && globalThis.crypto?.subtle) {
  const input = picker.elements.file;
  const lookUpChosen = () => input.files[0] && lookUp(input.files[0]);
  picker.addEventListener("submit", (event) => { event.preventDefault(); lookUpChosen(); });
  input.addEventListener("change", lookUpChosen);
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) lookUp(event.dataTransfer.files[0]);
  });
}
relate();
setInterval(relate, 10000);
if (main.hasAttribute("data-live")) setInterval(refresh, 5000);
addEventListener("visibilitychange", refresh);
addEventListener("online", refresh);
`;
