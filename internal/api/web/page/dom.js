// Small helpers to make elements. Text from the data goes through textContent
// only; nothing here takes HTML.

export const $ = id => document.getElementById(id);

// el makes an element: el("p", {class: "x"}, "text", otherElement, …).
// A property that begins with "on" is a listener.
export function el(name, props = {}, ...children) {
  return fill(document.createElement(name), props, children);
}

export function svg(name, props = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), props, children);
}

function fill(e, props, children) {
  for (const [k, v] of Object.entries(props)) {
    if (v === null || v === undefined || v === false) continue;
    if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
    else if (k === "color") e.style.setProperty("--area", v);
    else e.setAttribute(k, v === true ? "" : v);
  }
  e.append(...elements(children));
  return e;
}

// show puts children in place of what e held. What had the focus and an id
// has it again, so that keys alone are enough.
export function show(e, ...children) {
  const focused = e.contains(document.activeElement) && document.activeElement.id;
  e.replaceChildren(...elements(children));
  if (focused) $(focused)?.focus();
}

// setText writes what is new only: a screen reader reads every change aloud.
export function setText(e, text) {
  if (e.textContent !== text) e.textContent = text;
}

// Of what a view says, null, undefined and false stand for nothing.
const elements = children => children.flat(Infinity).filter(c => c !== null && c !== undefined && c !== false);

// problem is an answer that has failed.
export const problem = error => el("p", {class: "problem", role: "alert"}, error.message);

// save hands a text to the browser as a file.
export function save(name, blob) {
  const url = URL.createObjectURL(blob);
  el("a", {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
