// What surrounds map and panel: title, choice of the model, search, tabs, theme
// and the keys of the whole page.
import {findCrime, setTheme, showModel, showNeighbor, showTab, switchSpots} from "./actions.js";
import {$, el, setText, show} from "./dom.js";
import {count, int, noAreas, refused, span, unreadable} from "./format.js";
import {showMiddle, showWhole, zoom} from "./maps.js";
import {entry, observe, shownModel, source, state} from "./state.js";

const tabs = [...document.querySelectorAll("[role=tab]")];
const nameOf = tab => tab.id.slice("tab-".length);

// addLayout hears what a person does and shows the state.
export function addLayout() {
  for (const t of tabs) t.addEventListener("click", () => showTab(nameOf(t)));
  $("tabs").addEventListener("keydown", moveBetweenTabs);
  $("model").addEventListener("change", e => showModel(e.target.value === "latest" ? "latest" : Number(e.target.value)));
  $("search").addEventListener("submit", e => {
    e.preventDefault();
    const id = $("crime-id").value.trim();
    if (id) findCrime(id);
  });
  for (const [id, act] of Object.entries({older: () => showNeighbor(-1), newer: () => showNeighbor(1), "zoom-in": () => zoom(1.5), "zoom-out": () => zoom(1 / 1.5),
    layer: switchSpots, fit: showMiddle, whole: showWhole, theme: switchTheme})) $(id).addEventListener("click", () => act());
  document.addEventListener("keydown", pressKey);
  try { if (localStorage.theme) setTheme(localStorage.theme); } catch { /* no storage, no memory */ }

  observe(() => [state.theme], theme => { if (theme) document.documentElement.dataset.theme = theme; });
  observe(() => [state.tab], renderTabs);
  observe(() => [source()], renderTitle);
  observe(() => [state.models, state.model], renderModels);
  observe(() => [state.models, shownModel(), state.openBatch, state.left, state.unanswered || unreadable(state.folder) || refused(state.refused)], renderMissing);
  observe(() => [state.crime], id => { if (id) $("crime-id").value = id; });
}

function renderTabs(chosen) {
  for (const t of tabs) {
    const name = nameOf(t), mine = name === chosen;
    t.setAttribute("aria-selected", mine);
    t.tabIndex = mine ? 0 : -1;
    $(name).hidden = !mine;
  }
}

function renderTitle({title, invented, masked_m}) {
  document.title = (title || "hotspot") + (invented ? " (invented city)" : "");
  setText($("title"), title || "hotspot");
  $("invented").hidden = !invented;
  $("masked").hidden = !masked_m;
  setText($("masked"), masked_m ? `points moved: distances below ${masked_m} m mean nothing` : "");
}

function renderModels({models, latest}, chosen) {
  const m = shownModel(), newest = entry(latest);
  show($("model"), el("option", {value: "latest"}, newest ? `Model ${newest.model} (newest): ${span(newest)}` : "No model"),
    [...models].reverse().map(o => el("option", {value: o.model}, `Model ${o.model}: ${span(o)}` + (o.provisional ? ", provisional" : ""))));
  $("model").value = chosen;
  $("older").disabled = !m || !entry(m.model - 1);
  $("newer").disabled = !m || !entry(m.model + 1);
}

// renderMissing says on the map why it shows nothing.
function renderMissing({models, latest, waiting}, m, openBatch, left, outage) {
  const w = openBatch || waiting;
  const text = !models.length ? outage || (w.state === "connecting" ? "" : "No model yet. " + (w.batch_size ? `${int(w.rows)} of ${count(w.batch_size, "row")} of the first batch are here; model 1 appears when it is full.` :
    w.window ? `${count(w.rows, "row")} of the first ${w.window.by} are here; model 1 appears when a row of a later one comes.` :
    "Nothing has arrived so far. Start the producer and the consumer, or everything at once: hotspot up.")) :
    !m ? `There is no model ${state.model}; the newest is ${latest}.` :
      m.status === "untrainable" ? noAreas(m) : left?.problem?.message || "";
  $("empty").hidden = !text;
  setText($("empty"), text);
}

function moveBetweenTabs(e) {
  const i = tabs.indexOf(document.activeElement), last = tabs.length - 1;
  const next = {ArrowRight: tabs[i + 1] || tabs[0], ArrowLeft: tabs[i - 1] || tabs[last], Home: tabs[0], End: tabs[last]}[e.key];
  if (!next) return;
  e.preventDefault();
  next.focus();
  showTab(nameOf(next));
}

function pressKey(e) {
  if (e.ctrlKey || e.metaKey || e.altKey || /INPUT|SELECT|TEXTAREA/.test(e.target.tagName)) return;
  const act = {"[": () => showNeighbor(-1), "]": () => showNeighbor(1), "/": () => $("crime-id").focus(), 0: showMiddle, 9: showWhole,
    "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3)}[e.key];
  if (!act) return;
  e.preventDefault();
  act();
}

// The theme is the system's until somebody has switched it; then it is kept.
function switchTheme() {
  const now = state.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  setTheme(now === "dark" ? "light" : "dark");
}
