/**
 * The script of every page; each page works without it. Relative times, keys, and one submit for each form. Attributes ask for
 * more:
 *
 * - `data-live` (main): the page is loaded again at an interval. Only its changes are applied: ticks, open forms, texts and the focus
 *   stay. A ticked row or an open form that the new page lacks stays, too, with a notice.
 * - `data-list` (main): the page is the list to which Escape returns. `data-back` (a): the link to it.
 * - `data-key` (details, button): the key that opens or presses it.
 * - `data-continue` (form): the form of a bulk, which is submitted again.
 * - `data-above` (input): if the form's `amount` is above this number, this input is required and must repeat it.
 * - `data-hash` (form): the form of a file, which is hashed instead of uploaded.
 */
export const script = `"use strict";
const ownUrl = document.currentScript.src;
const main = document.querySelector("main");
const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
function relate() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const seconds = Math.round((Date.now() - Date.parse(time.dateTime)) / 1000);
    time.title ||= time.textContent;
    const [size, name] = units.find(([unit]) => Math.abs(seconds) >= unit) ?? [1, "s"];
    const text = Math.floor(Math.abs(seconds) / size) + " " + name;
    const relative = seconds < 0 ? "in " + text : text + " ago";
    if (time.textContent !== relative) time.textContent = relative;
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
function trackSelectedRow(target) {
  const row = rows().indexOf(target.closest?.("tbody tr"));
  if (row !== -1) selected = row;
}
addEventListener("focusin", (event) => trackSelectedRow(event.target));
const notice = document.getElementById("notice");
function notify(text) {
  if (notice.textContent !== text) notice.textContent = text;
  notice.hidden = text === "";
}
const unreachable = "the server cannot be reached";
const signedOut = "you are signed out, or the server no longer knows you. Sign in again in another tab, and return to this one";
async function read(url, cache) {
  const response = await fetch(url, { cache, headers: { accept: "text/html" }, redirect: "manual", signal: AbortSignal.timeout(20000) });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  // A page of the operator has the notice, also one with an error. A request without an operator is redirected, or gets the host's 404.
  const isHostPage = response.status === 404 && !page.getElementById("notice");
  return { response, page, isSignedOut: response.type === "opaqueredirect" || isHostPage };
}
// Why no form can be sent; "" if one can. The script is the cheapest response behind the operator's sign-in. Another status, such as
// 404 after a deployment, does not block the form. A host that responds 401 or 403 to visitors is not recognized.
async function sessionProblem() {
  try { return (await read(ownUrl, "no-store")).isSignedOut ? signedOut : ""; } catch { return unreachable; }
}
// A post that is refused would lose the texts of its form: the session is checked before it.
async function send(form) {
  const problem = await sessionProblem();
  if (problem === "") return form.submit();
  delete form.dataset.sent;
  notify("Not sent: " + problem + ". The form is kept.");
}
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "1";
  send(form);
});
addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; countTicks(); });
const ticked = "input[type=checkbox]:checked";
function countTicks() {
  const count = document.getElementById("ticked");
  const text = document.querySelectorAll(ticked).length + " selected";
  if (count && count.textContent !== text) count.textContent = text;
}
addEventListener("change", countTicks);
addEventListener("input", ({ target: { form } }) => {
  const again = form?.querySelector("[data-above]");
  if (!again) return;
  const { value } = form.elements.amount;
  again.required = Number(value) > Number(again.dataset.above);
  again.setCustomValidity(again.required && again.value !== value ? "Type " + value + " again." : "");
});
const more = document.querySelector("form[data-continue]");
if (more) setTimeout(() => more.requestSubmit(), 300);
// Identifies the same part in the old and the new page: a row by its generation, a form by its action, a section by its heading.
function identityOf(node) {
  if (node.nodeType !== 1) return "";
  const actionOf = () => node.querySelector("form")?.getAttribute("action");
  if (node.matches("tr")) return node.querySelector("input[type=checkbox]")?.value ?? actionOf() ?? node.querySelector("a")?.href;
  return node.matches("details") ? actionOf() : node.querySelector(":scope > :is(h2, dt)")?.textContent;
}
function childrenByIdentity(parent) {
  const counts = new Map(), children = new Map();
  for (const node of parent.childNodes) {
    const identity = node.nodeName + " " + identityOf(node);
    counts.set(identity, (counts.get(identity) ?? 0) + 1);
    children.set(identity + " " + counts.get(identity), node);
  }
  return children;
}
function isInUse(node) {
  if (node.nodeType !== 1) return false;
  const isFocusedRow = node.matches("tr") && node.contains(document.activeElement);
  return isFocusedRow || node.matches("details[open]") || node.querySelector("details[open], " + ticked) !== null;
}
function copyAttributes(old, next) {
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}
// Removes the children that the new page lacks, and returns those that stay, because they are in use.
function removeMissing(before, after) {
  const kept = new Set();
  for (const [identity, node] of before) {
    if (after.has(identity)) continue;
    if (!isInUse(node)) { node.remove(); continue; }
    kept.add(node);
    // Of a list that has become empty, only the rows in use stay.
    for (const row of node.querySelectorAll("tbody tr")) if (!isInUse(row)) row.remove();
  }
  return kept;
}
function placeInOrder(parent, { before, after, kept }) {
  // The first old child that is neither kept nor placed yet.
  let place = parent.firstChild;
  for (const [identity, node] of after) {
    while (kept.has(place)) place = place.nextSibling;
    const child = before.get(identity) ?? node;
    if (child === place) place = place.nextSibling;
    else parent.insertBefore(child, place);
  }
}
// Returns whether a part stays that the new page lacks.
function update(old, next) {
  if (old.nodeType !== 1) { if (old.data !== next.data) old.data = next.data; return false; }
  // An open form stays as it is, as does a field with another value than that of the page.
  const isSameTime = old.matches("time") && old.dateTime === next.dateTime;
  if (isSameTime || old.matches("details[open]")) return false;
  if (!old.matches("input, select, textarea") || old.value === old.defaultValue) copyAttributes(old, next);
  const before = childrenByIdentity(old), after = childrenByIdentity(next);
  const kept = removeMissing(before, after);
  let hasKept = kept.size > 0;
  for (const [identity, node] of after) if (before.has(identity) && update(before.get(identity), node)) hasKept = true;
  placeInOrder(old, { before, after, kept });
  return hasKept;
}
let updatedAt = new Date(), isLoading = false;
const notUpdated = (problem) => "Not updated since " + updatedAt.toTimeString().slice(0, 8) + ": " + problem + ". Trying again.";
// Updates the page, and returns the text of the notice; "" for none.
async function load() {
  const { isSignedOut, page, response } = await read(location.href);
  if (isSignedOut) return notUpdated(signedOut);
  if (!response.ok) return notUpdated("the server responded with " + response.status);
  const next = page.querySelector("main");
  if (!next) return notUpdated("the server responded with another page");
  const active = document.activeElement;
  const hasKept = update(main, next);
  // The page of an ended generation is not live. A later refresh removes the part once it is no longer in use.
  if (hasKept) main.setAttribute("data-live", "");
  if (main.contains(active)) active.focus({ preventScroll: true });
  else if (document.activeElement === document.body && active !== document.body) main.focus({ preventScroll: true });
  trackSelectedRow(document.activeElement);
  updatedAt = new Date();
  relate();
  countTicks();
  return hasKept ? "This page no longer has a row or a form that you use. It stays, with its old values, until you clear or leave it." : "";
}
async function refresh() {
  if (isLoading || document.hidden || !main.hasAttribute("data-live")) return;
  isLoading = true;
  const text = await load().catch(() => notUpdated(unreachable));
  isLoading = false;
  notify(text);
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
