// The page: what the server says, what a person does, and what is then shown.
import {$, el, show} from "./dom.js";
import * as areas from "./areas.js";
import * as compare from "./compare.js";
import * as crime from "./crime.js";
import * as token from "./token.js";
import * as events from "./events.js";
import * as files from "./files.js";
import * as live from "./live.js";
import * as net from "./net.js";
import * as layout from "./layout.js";
import {CityMap} from "./map.js";
import {Lookup} from "./lookup.js";
import {extent, hulls, Projection, unpack, View} from "./projection.js";
import {many} from "./points.js";
import {read, state, write} from "./state.js";
import {timeline} from "./timeline.js";
import {count, int, span} from "./format.js";

const view = new View();
let list = {models: [], latest: null, waiting: {rows: 0, batch_size: 0, state: "unknown"}};
let plane = null, opened = null, drawn = "";
let fresh = [], freshRow = 0;

const on = {
  pick: (map, p) => lookup.picked(map, map === maps[1] ? entry(state.b) : state.tab === "compare" ? entry(state.a) : current(), p),
  hover: (map, p) => {
    const i = p ? map.points.nearest(view, p.x, p.y, 6) : -1;
    light(i < 0 ? state.area : map.points.tint(map.points.data.cluster[i]));
    map.above.classList.toggle("pointing", i >= 0);
  },
};
const maps = [new CityMap($("map-a"), view, on, {over: [$("key"), $("tools")]}), new CityMap($("map-b"), view, on, {over: [$("tools")], scaled: false})];
const holder = {areas: $("areas"), crime: $("crime"), compare: $("compare"), timeline: $("timeline"), files: $("files")};

const entry = n => list.models.find(m => m.model === n);
const current = () => entry(state.model === "latest" ? list.latest : state.model);
const tabs = () => layout.tabs(state.tab);

const doing = {
  light: n => light(n === null ? state.area : n),
  pick: n => {
    const at = n ?? state.area;
    state.area = n;
    write();
    refresh().then(() => holder.areas.querySelector(`[data-area="${at}"] button`)?.focus());
  },
  crime: id => lookup.find(id),
  zoom: c => {
    const x = plane.x(c.centroid.lon), y = plane.y(c.centroid.lat), r = 1.6 * c.radius_m / 1000;
    view.fit({left: x - r, right: x + r, bottom: y - r, top: y + r}, maps[0].width, maps[0].height, true);
  },
  model: n => go(n),
};
const lookup = new Lookup({maps, view, current, entry, tabs, plane: () => plane}, doing);

function light(area) {
  maps.forEach(m => m.light(area));
  for (const card of holder.areas.querySelectorAll(".card")) card.classList.toggle("lit", Number(card.dataset.area) === area);
}

// ---- models

// take shows a list of models.
async function take(next) {
  if (next.generation !== list.generation) net.forget();
  const news = list.latest !== null && next.latest > list.latest;
  list = next;
  source(list);
  const m = current(), newest = entry(list.latest);
  if (news) $("news").textContent = `Model ${list.latest} is here: crimes reported ${span(newest.reported)}.`;
  show($("model"), el("option", {value: "latest"}, newest ? `Model ${newest.model} (newest): ${span(newest.reported)}` : "no model yet"),
    [...list.models].reverse().map(o => el("option", {value: o.model}, `Model ${o.model}: ${span(o.reported)}` + (o.provisional ? ", provisional" : ""))));
  $("model").value = state.model;
  $("older").disabled = !m || !entry(m.model - 1);
  $("newer").disabled = !m || !entry(m.model + 1);
  live.waiting(list.waiting, list.latest || 0);
  empty();
  await refresh();
}

// source says what the data is. Before the first batch the status of the open
// one knows it.
function source({title, invented}) {
  document.title = (title || "hotspot") + (invented ? " (invented city)" : "");
  $("title").textContent = title || "hotspot";
  $("invented").hidden = !invented;
  if (!list.models.length) maps[0].label.textContent = invented ? "invented city" : "";
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

// load puts a model onto a map.
async function load(map, n) {
  const [raw, answer] = await Promise.all([net.points(n), net.keep(`/models/${n}/clusters`)]);
  if (!plane && raw.length) {
    const lons = raw.filter((_, i) => i % 3 === 0).sort(), lats = raw.filter((_, i) => i % 3 === 1).sort();
    plane = new Projection(lons[lons.length >> 1], lats[lats.length >> 1]);
  }
  map.plane = plane;
  map.clusters = answer.clusters;
  const data = unpack(raw, plane);
  map.points.set(data);
  map.tint(n => n);
  map.outlines = hulls(data, answer.clusters.length);
  map.above.setAttribute("aria-label", `Map of model ${n}: ${count(data.n, "crime")} in ${count(answer.clusters.length, "area")}` +
    (list.invented ? " of an invented city" : ""));
  if (!view.moved) fit();
  map.stir();
}

// fit shows that share of the crimes, or the middle ones by itself: 98 %, or
// 95 % where that is a much closer look.
function fit(share = 0) {
  const d = maps[0].points.data, {width, height} = maps[0];
  const [xs, ys] = d?.n ? [d.x, d.y] : plane ? [fresh.map(p => plane.x(p[0])), fresh.map(p => plane.y(p[1]))] : [[], []];
  const boxes = (share ? [share] : [0.98, 0.95]).map(s => extent(xs, ys, s));
  const closer = boxes.length > 1 && view.scaleOf(boxes[1], width, height) > 1.25 * view.scaleOf(boxes[0], width, height);
  if (!share) $("fit").textContent = `middle ${closer ? 95 : 98}\u00a0%`;
  view.fit(boxes[closer ? 1 : 0], width, height, share > 0);
}

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
    files.render(holder.files, m, answer.clusters[0]?.centroid, state);
    if (key !== drawn && m.status !== "untrainable") {
      drawn = key;
      label(side);
      await Promise.all([load(maps[0], side ? state.a : m.model), side ? load(maps[1], state.b) : null, groundwork()]);
    }
    if (mine !== turn) return;
    maps[0].fresh = side ? [] : fresh; // two models compared are about their own rows
    signs();
    if (state.tab !== "crime") lookup.mark([]);
    light(state.area);
    await tabbed(side, m);
  } catch (e) {
    drawn = "";
    if (e.status === 401) return locked();
    if (e.type === "loading") setTimeout(() => { if (mine === turn) refresh(); }, net.pause);
    show(holder[state.tab], el("p", {class: "problem", role: "alert"}, e.message));
  }
}

// groundwork gets the ground. A map without one is still a map: only a server
// that has just started and still reads is asked again.
let groundTurn = 0;
async function groundwork() {
  clearTimeout(groundTurn);
  const g = await net.keep("/ground").catch(e => {
    if (e.type === "loading") groundTurn = setTimeout(groundwork, net.pause);
    return null;
  });
  maps.forEach(map => { map.backdrop = g; map.redraw(); });
}

function label(side) {
  const words = n => `Model ${n}: ${span(entry(n).reported)}` + (list.invented ? ", invented city" : "");
  maps[0].label.textContent = side ? words(state.a) : list.invented ? "invented city" : "";
  maps[1].label.textContent = side ? words(state.b) : "";
}

// signs is the key of what the map shows.
function signs() {
  const n = maps[0].points.data?.n || 0;
  $("key").hidden = !n && !fresh.length;
  for (const id of ["key-mean", "key-spot", "key-hull"]) $(id).hidden = !maps[0].clusters.length;
  $("key-dense").hidden = n <= many;
  $("key-fresh").hidden = !maps[0].fresh.length;
}

function sides(m) {
  if (!entry(state.b)) state.b = entry(m.model - 1) ? m.model : m.model + 1;
  if (!entry(state.a) || state.a === state.b) state.a = entry(state.b - 1) ? state.b - 1 : state.b + 1;
  write();
}

async function tabbed(side, m) {
  if (state.tab === "compare") {
    if (!side) return compare.only(holder.compare, list.models);
    const again = (a, b) => { if (a !== b) { state.a = a; state.b = b; write(true); refresh(); } };
    try {
      const result = await net.keep(`/models/${state.a}/compare/${state.b}`);
      compare.render(holder.compare, list.models, result, again);
      const before = new Map(result.clusters.filter(c => c.b !== null).map(c => [c.b, c.a])), k = maps[0].clusters.length;
      maps[1].tint(n => before.get(n) ?? k + n); // a new one has a color of its own
    } catch (e) {
      compare.trouble(holder.compare, list.models, state.a, state.b, again, e);
    }
  } else if (state.tab === "timeline") {
    const all = await Promise.all(list.models.map(o => net.keep(`/models/${o.model}/clusters`)));
    timeline(holder.timeline, list.models, all, m.model, n => go(n));
  } else if (state.tab === "crime") {
    if (state.crime) await lookup.find(state.crime, false);
    else if (state.place) await lookup.predict(maps[0], m, {lon: state.place[0], lat: state.place[1]});
    else crime.idle(holder.crime);
  }
}

// ---- what a person does

layout.listen({
  tab: name => { state.tab = name; write(true); refresh(); },
  find: id => lookup.find(id),
  model: go,
  beside: d => { const m = current(); if (m && entry(m.model + d)) go(m.model + d); },
  zoom: factor => view.zoom(factor),
  fit: () => { fit(); state.at = null; write(); },
  whole: () => fit(1),
  painted: () => maps.forEach(m => m.redraw()),
});

let writing = 0;
view.addEventListener("change", () => {
  clearTimeout(writing);
  if (!view.moved || !plane) return;
  writing = setTimeout(() => {
    const p = plane.place(view.x, view.y);
    state.at = [p.lon.toFixed(4), p.lat.toFixed(4), view.scale.toFixed(1)].map(Number);
    write();
  }, 300);
});
addEventListener("popstate", () => { read(); take(list).then(goTo); });

// goTo moves the view to where the address says.
function goTo() {
  if (state.at && plane) view.set(plane.x(state.at[0]), plane.y(state.at[1]), state.at[2]);
}

// ---- what the server says

function status(o) {
  if (opened?.batch !== o.batch) { fresh = []; freshRow = o.first_row - 1; } // older rows are in a model
  opened = o;
  live.open(o);
  if (!list.models.length && o.title) source(o);
  const located = o.recent.filter(r => r[1] !== null && r[0] > freshRow);
  if (o.recent.length) freshRow = Math.max(freshRow, o.recent[o.recent.length - 1][0]);
  fresh = fresh.concat(located.map(r => [r[1], r[2]])).slice(-5000);
  if (!plane && fresh.length > 20) plane = new Projection(fresh[0][0], fresh[0][1]);
  if (plane) maps[0].plane = plane;
  if (!list.models.length && !view.moved) fit();
  maps[0].fresh = $("map-b").hidden ? fresh : [];
  maps[0].redraw();
  signs();
  empty();
}

// again asks for the models and shows them; the panel says what stands in the way.
const again = () => net.json("/models").then(take, e => { if (e.status === 401) locked(); });

const locked = () => token.open(start);

let resume = null; // begins to listen again
async function start() {
  await again();
  goTo();
  document.documentElement.dataset.ready = "true";
  if (!$("token-prompt").hidden) return;
  if (resume) return resume();
  resume = events.listen({
    link: live.link,
    locked,
    snapshot: take,
    open: status,
    model: again,
    gone: again,
    refused: r => live.refused(r),
  });
}

read();
tabs();
if (state.at) view.moved = true;
start();
