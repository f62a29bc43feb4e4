// The frame around map and panel: tabs, theme, keys, and the form of the search.
import {$} from "./dom.js";

const all = () => [...document.querySelectorAll("[role=tab]")];

// tabs shows which tab is chosen.
export function tabs(chosen) {
  for (const t of all()) {
    const name = t.id.slice(4), mine = name === chosen;
    t.setAttribute("aria-selected", mine);
    t.tabIndex = mine ? 0 : -1;
    $(name).hidden = !mine;
  }
}

// listen calls on for what a person does: tab(name), find(id), model("latest" or
// n), beside(-1 or 1), zoom(factor), fit(), whole() and painted().
export function listen(on) {
  for (const t of all()) t.addEventListener("click", () => on.tab(t.id.slice(4)));
  $("tabs").addEventListener("keydown", e => {
    const list = all(), i = list.indexOf(document.activeElement);
    const j = {ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: list.length - 1}[e.key];
    if (j === undefined) return;
    e.preventDefault();
    const next = list[(j + list.length) % list.length];
    next.focus();
    on.tab(next.id.slice(4));
  });
  $("model").addEventListener("change", e => on.model(e.target.value === "latest" ? "latest" : Number(e.target.value)));
  $("older").addEventListener("click", () => on.beside(-1));
  $("newer").addEventListener("click", () => on.beside(1));
  $("search").addEventListener("submit", e => {
    e.preventDefault();
    const id = $("crime-id").value.trim();
    if (id) on.find(id);
  });
  $("zoom-in").addEventListener("click", () => on.zoom(1.5));
  $("zoom-out").addEventListener("click", () => on.zoom(1 / 1.5));
  $("fit").addEventListener("click", () => on.fit());
  $("whole").addEventListener("click", () => on.whole());
  theme(on.painted);
  document.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || /INPUT|SELECT|TEXTAREA/.test(e.target.tagName)) return;
    const act = {"[": () => on.beside(-1), "]": () => on.beside(1), "/": () => $("crime-id").focus(), "0": () => on.fit(), "9": () => on.whole(),
      "+": () => on.zoom(1.3), "=": () => on.zoom(1.3), "-": () => on.zoom(1 / 1.3)}[e.key];
    if (!act) return;
    e.preventDefault();
    act();
  });
}

// theme is the system's until the switch is used; then it is remembered.
function theme(painted) {
  const paint = name => { document.documentElement.dataset.theme = name; painted(); };
  try { if (localStorage.theme) paint(localStorage.theme); } catch { /* no storage, no memory */ }
  $("theme").addEventListener("click", () => {
    const now = document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    paint(now === "dark" ? "light" : "dark");
    try { localStorage.theme = document.documentElement.dataset.theme; } catch { /* the switch still works */ }
  });
}
