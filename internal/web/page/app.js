// The page: what the server says, what a person does, and what is then shown.
import {$, el, show} from "./dom.js";
import * as areas from "./areas.js";
import * as compare from "./compare.js";
import * as crime from "./crime.js";
import * as files from "./files.js";
import * as live from "./live.js";
import * as net from "./net.js";
import {CityMap} from "./map.js";
import {extent, hulls, Plane, unpack, View} from "./plane.js";
import {read, state, write} from "./state.js";
import {count, int, span} from "./words.js";

const view = new View();
let list = {models: [], latest: null, waiting: {rows: 0, batch_size: 0, state: "unknown"}};
let plane = null, opened = null, drawn = "";
let marks = [], fresh = [], freshRow = 0;

const on = {
  pick: (map, p) => picked(map, p),
  hover: (map, p) => {
    const i = p ? map.points.nearest(view, p.x, p.y, 6) : -1;
    light(i < 0 ? state.area : map.points.data.cluster[i]);
    map.above.classList.toggle("pointing", i >= 0);
  },
};
const maps = [new CityMap($("map-a"), view, on), new CityMap($("map-b"), view, on)];
const holder = {areas: $("areas"), crime: $("crime"), compare: $("compare"), timeline: $("timeline"), files: $("files")};

const entry = n => list.models.find(m => m.model === n);
const current = () => entry(state.model === "latest" ? list.latest : state.model);

function light(area) {
  maps.forEach(m => m.light(area === null ? -1 : area));
  for (const card of holder.areas.querySelectorAll(".card")) card.classList.toggle("lit", Number(card.dataset.area) === area);
}

// ---- models

// take shows a list of models.
async function take(next) {
  if (next.generation !== list.generation) net.forget();
  list = next;
  document.title = (list.title || "hotspot") + (list.invented ? " (invented city)" : "");
  $("title").textContent = list.title || "hotspot";
  $("invented").hidden = !list.invented;
  const m = current();
  show($("model"), el("option", {value: "latest"}, list.latest ? `newest: ${list.latest}, ${span(entry(list.latest).reported)}` : "no model yet"),
    [...list.models].reverse().map(o => el("option", {value: o.model}, `${o.model}: ${span(o.reported)}` + (o.provisional ? ", provisional" : ""))));
  $("model").value = state.model;
  $("older").disabled = !m || m.model <= 1;
  $("newer").disabled = !m || m.model >= list.latest;
  live.waiting(list.waiting, list.models.length);
  empty();
  await refresh();
}

function empty() {
  const m = current(), e = $("empty");
  e.hidden = Boolean(m && m.status !== "untrainable");
  if (!list.models.length) {
    const w = opened || list.waiting;
    e.textContent = "No model yet. " + (w.batch_size ? `${int(w.rows)} of ${count(w.batch_size, "row")} of the first batch are here; model 1 appears when it is full.` :
      "Nothing has arrived so far. Start the producer and the consumer, or everything at once: hotspot up.");
  } else if (!m) e.textContent = `There is no model ${state.model}; the newest is ${list.latest}.`;
  else if (m.status === "untrainable") e.textContent = `Model ${m.model} has no areas: its batch has too few different places.`;
}

function go(model, step = true) {
  state.model = model;
  state.area = null;
  write(step);
  return take(list);
}

// load puts a model onto a map. numbers maps its clusters to the colors.
async function load(map, n, numbers = c => c) {
  const [raw, answer] = await Promise.all([net.points(n), net.keep(`/models/${n}/clusters`)]);
  if (!plane && raw.length) {
    const lons = raw.filter((_, i) => i % 3 === 0).sort(), lats = raw.filter((_, i) => i % 3 === 1).sort();
    plane = new Plane(lons[lons.length >> 1], lats[lats.length >> 1]);
  }
  map.plane = plane;
  map.color = numbers;
  const data = unpack(raw, plane);
  map.points.set(numbers === null ? data : {...data, cluster: data.cluster});
  map.clusters = answer.clusters;
  map.outlines = hulls(data, answer.clusters.length);
  map.above.setAttribute("aria-label", `Map of model ${n}: ${count(data.n, "crime")} in ${count(answer.clusters.length, "area")}` +
    (list.invented ? " of an invented city" : ""));
  if (!view.moved) fit(0.98, false);
  map.stir();
  map.redraw();
  return answer;
}

function fit(share, byHand = true) {
  const d = maps[0].points.data;
  const box = d && d.n ? extent(d.x, d.y, share) : freshBox();
  view.fit(box, maps[0].width, maps[0].height, byHand);
}

const freshBox = () => plane && fresh.length ? extent(fresh.map(p => plane.x(p[0])), fresh.map(p => plane.y(p[1])), 0.98) : null;

// refresh shows what the state names.
let turn = 0;
async function refresh() {
  const mine = ++turn, m = current(), side = state.tab === "compare" && list.models.length > 1;
  tabs();
  if (!m) {
    for (const h of Object.values(holder)) show(h, el("p", {class: "quiet"}, list.models.length ? "There is no such model." : "There is no model yet."));
    crime.idle(holder.crime);
    return;
  }
  if (side) sides(m);
  $("map-b").hidden = !side;
  try {
    const key = [list.generation, m.model, side && state.a, side && state.b].join();
    const answer = await net.keep(`/models/${m.model}/clusters`);
    if (mine !== turn) return;
    areas.render(holder.areas, m, answer.clusters, state.area, doing);
    light(state.area);
    const middle = answer.clusters[0]?.centroid || {lon: 0, lat: 0};
    files.render(holder.files, {...m, ...{lon: middle.lon, lat: middle.lat}}, state);
    if (key !== drawn && m.status !== "untrainable") {
      drawn = key;
      marksFor(side);
      await Promise.all([load(maps[0], side ? state.a : m.model), side ? load(maps[1], state.b) : null, groundwork()]);
    }
    if (mine !== turn) return;
    await tabbed(side, m);
  } catch (e) {
    drawn = "";
    show(holder[state.tab], el("p", {class: "problem", role: "alert"}, e.message));
  }
}

async function groundwork() {
  const g = await net.keep("/ground").catch(() => null); // a map without a ground is still one
  maps.forEach(map => { map.ground = g; map.redraw(); });
}

function marksFor(side) {
  maps[0].label.textContent = side ? label(state.a) : (list.invented ? "invented city" : "");
  maps[1].label.textContent = side ? label(state.b) : "";
}
const label = n => `Model ${n}: ${span(entry(n).reported)}` + (list.invented ? ", invented city" : "");

function sides(m) {
  if (!entry(state.b)) state.b = m.model > 1 ? m.model : m.model + 1;
  if (!entry(state.a) || state.a === state.b) state.a = state.b > 1 ? state.b - 1 : 2;
  write();
}

async function tabbed(side, m) {
  if (state.tab === "compare") {
    if (!side) return compare.only(holder.compare, list.models);
    const again = (a, b) => { if (a !== b) { state.a = a; state.b = b; write(true); refresh(); } };
    try {
      const result = await net.keep(`/models/${state.a}/compare/${state.b}`);
      compare.render(holder.compare, list.models, result, again);
      const name = new Map(result.clusters.filter(c => c.a !== null && c.b !== null).map(c => [c.b, c.a]));
      maps[1].color = n => name.get(n) ?? n;
      maps[1].redraw();
    } catch (e) {
      show(holder.compare, el("h2", {}, "Compare"), compare.choose(list.models, state.a, state.b, again), el("p", {class: "problem", role: "alert"}, e.message));
    }
  } else if (state.tab === "timeline") {
    const all = await Promise.all(list.models.map(o => net.keep(`/models/${o.model}/clusters`)));
    compare.timeline(holder.timeline, list.models, all, m.model, n => go(n));
  } else if (state.tab === "crime") {
    state.crime ? await find(state.crime, false) : holder.crime.childElementCount || crime.idle(holder.crime);
  }
}

// ---- what a person does

const doing = {
  light: n => light(n === null ? state.area : n),
  pick: n => { state.area = n; write(); refresh().then(() => holder.areas.querySelector(`[data-area="${n}"] button`)?.focus()); },
  crime: id => find(id),
  zoom: c => {
    const x = plane.x(c.centroid.lon), y = plane.y(c.centroid.lat), r = 1.6 * c.radius_m / 1000;
    view.fit({left: x - r, right: x + r, bottom: y - r, top: y + r}, maps[0].width, maps[0].height, true);
  },
  model: n => go(n),
};

function mark(all) {
  marks = all;
  maps.forEach(m => { m.marks = marks; m.redraw(); });
}

async function find(id, step = true) {
  state.crime = id;
  if (step) { state.tab = "crime"; write(true); tabs(); }
  $("crime-id").value = id;
  try {
    const m = current(), known = await net.json("/crimes/" + encodeURIComponent(id));
    crime.render(holder.crime, known, m?.model, doing);
    if (step && matchMedia("(max-width: 800px)").matches) $("panel").scrollIntoView();
    if (!m) return;
    const [clusters, answer] = await Promise.all([net.keep(`/models/${m.model}/clusters`), net.json(`/model${m.model}/${id}/cluster`)]);
    crime.second(answer);
    const mean = n => clusters.clusters[n]?.centroid;
    const second = answer.second && mean(answer.second.cluster);
    const first = new Map(known.offenses.filter(o => o.lon !== null && !o.reason).map(o => [o.lon + "," + o.lat, o]));
    mark([...first.values()].map((o, i) => ({lon: o.lon, lat: o.lat, to: [
      mean(o.clusters.find(c => c.model === m.model)?.cluster), i === 0 && second && {...second, dashed: true}].filter(Boolean)})));
  } catch (e) {
    mark([]);
    crime.trouble(holder.crime, e, id);
  }
}

async function picked(map, p) {
  const m = map === maps[1] ? entry(state.b) : state.tab === "compare" ? entry(state.a) : current();
  if (!m || !plane) return;
  const i = map.points.nearest(view, p.x, p.y, 7), place = plane.place(p.x, p.y);
  try {
    if (i >= 0) {
      const id = await crimeOf(m, map.points.data.cluster[i], i, map.points.data);
      if (id) return void await find(id);
    }
    state.crime = null;
    state.tab = "crime";
    write(true);
    tabs();
    const answer = await net.json(`/models/${m.model}/predict`, {method: "POST", headers: {"Content-Type": "application/json"},
      body: JSON.stringify({locations: [{lon: round(place.lon), lat: round(place.lat)}]})});
    crime.predicted(holder.crime, answer);
    if (matchMedia("(max-width: 800px)").matches) $("panel").scrollIntoView();
    const r = answer.results[0], mean = n => map.clusters[n]?.centroid;
    mark([{...place, to: [mean(r.cluster), r.second && {...mean(r.second.cluster), dashed: true}].filter(Boolean)}]);
  } catch (e) {
    crime.trouble(holder.crime, e);
  }
}

const round = v => Math.round(v * 1e6) / 1e6;

// crimeOf finds the crime of point i of a model: points are the trained rows
// in order, so its row is i rows after the first one, or a little later where
// rows were left out of the training.
async function crimeOf(m, cluster, i, data) {
  const near = o => Math.abs(plane.x(o.lon) - data.x[i]) < 0.02 && Math.abs(plane.y(o.lat) - data.y[i]) < 0.02;
  const page = await net.json(`/models/${m.model}/clusters/${cluster}/crimes?after=${m.first_row + i - 1}&limit=1000`);
  return page.crimes.find(near)?.crime_id;
}

function tabs() {
  for (const t of document.querySelectorAll("[role=tab]")) {
    const mine = t.id === "tab-" + state.tab;
    t.setAttribute("aria-selected", mine);
    t.tabIndex = mine ? 0 : -1;
    holder[t.id.slice(4)].hidden = !mine;
  }
}

function tab(name) {
  state.tab = name;
  write(true);
  refresh();
}

for (const t of document.querySelectorAll("[role=tab]")) t.addEventListener("click", () => tab(t.id.slice(4)));
$("tabs").addEventListener("keydown", e => {
  const all = [...document.querySelectorAll("[role=tab]")], i = all.indexOf(document.activeElement);
  const j = {ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: all.length - 1}[e.key];
  if (j === undefined) return;
  e.preventDefault();
  const next = all[(j + all.length) % all.length];
  next.focus();
  tab(next.id.slice(4));
});
$("model").addEventListener("change", e => go(e.target.value === "latest" ? "latest" : Number(e.target.value)));
const beside = d => { const m = current(); if (m && entry(m.model + d)) go(m.model + d); };
$("older").addEventListener("click", () => beside(-1));
$("newer").addEventListener("click", () => beside(1));
$("search").addEventListener("submit", e => { e.preventDefault(); const id = $("crime-id").value.trim(); if (id) find(id); });
$("zoom-in").addEventListener("click", () => view.zoom(1.5));
$("zoom-out").addEventListener("click", () => view.zoom(1 / 1.5));
$("fit").addEventListener("click", () => { fit(0.98, false); state.at = null; write(); });
$("whole").addEventListener("click", () => fit(1));
const paint = theme => { document.documentElement.dataset.theme = theme; maps.forEach(m => m.redraw()); };
try { if (localStorage.theme) paint(localStorage.theme); } catch { /* no storage, no memory */ }
$("theme").addEventListener("click", () => {
  const now = document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  paint(now === "dark" ? "light" : "dark");
  try { localStorage.theme = document.documentElement.dataset.theme; } catch { /* the switch still works */ }
});
document.addEventListener("keydown", e => {
  if (e.ctrlKey || e.metaKey || e.altKey || /INPUT|SELECT|TEXTAREA/.test(e.target.tagName)) return;
  const act = {"[": () => beside(-1), "]": () => beside(1), "/": () => $("crime-id").focus(), "0": () => $("fit").click(), "9": () => fit(1),
    "+": () => view.zoom(1.3), "=": () => view.zoom(1.3), "-": () => view.zoom(1 / 1.3)}[e.key];
  if (act) { e.preventDefault(); act(); }
});

let writing = 0;
view.addEventListener("change", () => {
  if (!view.moved || !plane) return;
  clearTimeout(writing);
  writing = setTimeout(() => {
    const p = plane.place(view.x, view.y);
    state.at = [p.lon.toFixed(4), p.lat.toFixed(4), view.scale.toFixed(1)];
    write();
  }, 300);
});
addEventListener("popstate", () => { read(); take(list); });

// ---- what the server says

function status(o) {
  if (opened?.batch !== o.batch) { fresh = []; freshRow = o.first_row - 1; } // older rows are in a model
  opened = o;
  live.open(o);
  const located = o.recent.filter(r => r[1] !== null && r[0] > freshRow);
  if (o.recent.length) freshRow = Math.max(freshRow, o.recent[o.recent.length - 1][0]);
  fresh = fresh.concat(located.map(r => [r[1], r[2]])).slice(-5000);
  if (!plane && fresh.length > 20) {
    plane = new Plane(fresh[0][0], fresh[0][1]);
    maps[0].plane = plane;
  }
  if (!list.models.length && !view.moved) fit(0.98, false);
  maps.forEach(m => { if (m.plane || plane) { m.plane = plane; m.fresh = fresh; m.redraw(); } });
  empty();
}

read();
tabs();
if (state.at) view.moved = true;
const first = net.json("/models").then(next => next, () => null);
first.then(async next => {
  if (next) await take(next);
  if (state.at && plane) view.set(plane.x(Number(state.at[0])), plane.y(Number(state.at[1])), Number(state.at[2]));
  document.documentElement.dataset.ready = "true";
  net.listen({
    link: live.link,
    snapshot: take,
    open: status,
    batch: () => {},
    model: () => net.json("/models").then(take, () => {}),
    refused: r => { $("dead").textContent = `${r.file} was refused: ${r.reason}`; },
  });
});
