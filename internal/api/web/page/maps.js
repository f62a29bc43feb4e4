// The map, and a second one beside it while two models are compared. Both show
// the same part of the city.
import {findPlace, findPoint, keepView, pointAt} from "./actions.js";
import {$, setText} from "./dom.js";
import {count, span} from "./format.js";
import {CityMap} from "./map.js";
import {many} from "./points.js";
import {extent, hulls, Projection, toColumns, View} from "./projection.js";
import {compared, entry, observe, source, state} from "./state.js";

// The view changes with every frame of a gesture, so it is not a part of the
// state; where it has come to rest is (state.at).
const view = new View();
let left = null, right = null, projection = null;
let reached = null; // the state.at that the view shows
let resting = 0; // timer

// addMaps makes both maps and shows the state on them.
export function addMaps() {
  const on = {click: askAbout, hover: point, resize: () => { if (left && !view.moved && !state.at) showMiddle(); }};
  left = new CityMap($("map-a"), view, on, {over: [$("legend"), $("tools")]});
  right = new CityMap($("map-b"), view, on, {over: [$("tools")], scaled: false});

  observe(() => [compared() !== null, state.layer], renderLayer);
  observe(() => [state.newestRows, state.models.models.length, compared() !== null], renderNewestRows);
  observe(() => [state.left?.points, state.left?.clusters], () => renderModel(left, state.left));
  observe(() => [state.right?.points, state.right?.clusters, state.comparison], () => renderModel(right, state.right, colorsOfLeft(state.comparison)));
  observe(() => [state.backdrop, state.theme], renderBackdrop);
  observe(() => [state.models, compared()?.a, compared()?.b, source()], renderLabels);
  observe(() => [state.pointed ?? state.area, state.left, state.right, state.comparison], area => maps().forEach(m => m.highlight(area)));
  observe(() => [state.tab === "crime" ? state.lookup : null, state.areas], renderMarks);
  observe(() => [state.left, state.newestRows, compared() !== null, state.layer], renderLegend);
  observe(() => [state.at, state.left], moveTo);
  view.addEventListener("change", keepRest);
}

const maps = () => [left, right];

export const zoom = factor => view.zoom(factor);

// zoomTo shows an area and a little of what surrounds it.
export function zoomTo({centroid, radius_m}) {
  const x = projection.x(centroid.lon), y = projection.y(centroid.lat), r = 1.6 * radius_m / 1000;
  view.fit({left: x - r, right: x + r, bottom: y - r, top: y + r}, left.width, left.height, true);
}

// showMiddle shows the crimes nearest to their middle: 98 % of them, or 95 %
// where that is a much closer look. New models are then shown in the same way.
export function showMiddle() {
  const [most, fewer] = [0.98, 0.95].map(box), scale = b => view.scaleOf(b, left.width, left.height);
  const closer = scale(fewer) > 1.25 * scale(most);
  $("fit").textContent = `middle ${closer ? 95 : 98}\u00a0%`;
  view.fit(closer ? fewer : most, left.width, left.height);
  keepView(null);
}

export const showWhole = () => view.fit(box(1), left.width, left.height, true);

// box is around that share of what the map shows.
function box(share) {
  const d = left.points.data, rows = projection ? state.newestRows : [];
  return d?.n ? extent(d.x, d.y, share) : extent(rows.map(([lon]) => projection.x(lon)), rows.map(([, lat]) => projection.y(lat)), share);
}

// project puts the middle of the plane there. It stays where the first places
// that came had their middle.
function project(lon, lat) {
  projection = new Projection(lon, lat);
  for (const m of maps()) m.projection = projection;
}

function renderModel(map, answer, colors = n => n) {
  if (!answer?.points) return; // none yet, or a problem: what is drawn stays
  const {points, clusters, model, spots, gone} = answer;
  const median = at => points.filter((_, i) => i % 3 === at).sort()[Math.floor(points.length / 6)];
  if (!projection && points.length) project(median(0), median(1));
  const data = toColumns(points, projection);
  Object.assign(map, {model, clusters, spots, gone, outlines: hulls(data, clusters.length)});
  map.setPoints(data, colors);
  map.above.setAttribute("aria-label", `Map of model ${model}: ${count(data.n, "crime")} in ${count(clusters.length, "area")}` + (source().invented ? " of an invented city" : ""));
  if (!view.moved && !state.at) showMiddle();
}

// colorsOfLeft gives an area the color of the one that it continues on the left
// map, and a new one a color of its own.
function colorsOfLeft(comparison) {
  if (!comparison?.clusters || comparison.b !== state.right?.model) return n => n;
  const before = new Map(comparison.clusters.filter(c => c.b !== null).map(c => [c.b, c.a]));
  const onLeft = comparison.clusters.filter(c => c.a !== null).length;
  return n => before.get(n) ?? onLeft + n;
}

// renderNewestRows shows the rows of the open batch. Two models that are
// compared are about their own rows.
function renderNewestRows(rows, models, both) {
  if (!projection && rows.length > 20) project(...rows[0]);
  left.newestRows = both ? [] : rows;
  if (!models && !view.moved && !state.at) showMiddle();
  left.redraw();
}

function renderBackdrop(backdrop) {
  for (const m of maps()) {
    m.backdrop = backdrop?.problem ? null : backdrop;
    m.redraw();
  }
}

function renderLabels() {
  const {invented} = source(), pair = compared();
  const label = n => `Model ${n}: ${span(entry(n))}` + (invented ? ", invented city" : "");
  setText(left.label, pair ? label(pair.a) : invented ? "invented city" : "");
  setText(right.label, pair ? label(pair.b) : "");
}

// renderMarks shows what was looked up, with a line to the mean of its area and
// a dashed one to that of its second choice.
function renderMarks(lookup, areas) {
  const clusters = areas?.clusters || [];
  const lines = c => c && c.cluster !== null ? [{...clusters[c.cluster]?.centroid}, c.second && {...clusters[c.second.cluster]?.centroid, dashed: true}].filter(t => t?.lon !== undefined) : [];
  const offenses = lookup?.crime?.offenses.filter(o => o.lon !== null && !o.reason) || [];
  const marks = lookup?.place ? [{...lookup.place, lines: lines(lookup.place)}] :
    [...new Map(offenses.map(o => [o.lon + "," + o.lat, {lon: o.lon, lat: o.lat, lines: lines(o.clusters.find(c => c.model === areas?.model?.model))}])).values()];
  for (const m of maps()) {
    m.marks = marks;
    m.redraw();
  }
}

function renderLegend() {
  const n = left.points.data?.n || 0;
  $("legend").hidden = !n && !left.newestRows.length;
  for (const id of ["legend-mean", "legend-hull"]) $(id).hidden = !left.clusters.length;
  $("legend-spot").hidden = !left.shownSpots.length;
  $("legend-new").hidden = !left.alone || !left.shownSpots.some(s => s.isNew);
  $("legend-gone").hidden = !left.shownGone.length;
  $("legend-density").hidden = n <= many;
  $("legend-newest").hidden = !left.newestRows.length;
}

// renderLayer shows one map or two, with spots or without. What is new and gone
// since the model before says nothing of the two that are compared.
function renderLayer(both, shown) {
  $("map-b").hidden = !both;
  $("layer").setAttribute("aria-pressed", shown);
  for (const m of maps()) {
    Object.assign(m, {layer: shown, alone: !both});
    m.redraw();
  }
}

// point highlights the area of the crime under the pointer.
function point(map, p) {
  const i = p ? map.points.nearest(view, p.x, p.y, 6) : -1;
  pointAt(i < 0 ? null : map.points.colorOf(map.points.data.cluster[i]));
  map.above.classList.toggle("pointing", i >= 0);
}

// askAbout looks up the crime at a point of the map, or the place.
function askAbout(map, p) {
  if (!map.model) return;
  const i = map.points.nearest(view, p.x, p.y, 7), d = map.points.data;
  if (i < 0) findPlace(map.model, projection.place(p.x, p.y));
  else findPoint(map.model, i, d.cluster[i], projection.place(d.x[i], d.y[i]));
}

// moveTo shows the part that the address names.
function moveTo(at) {
  if (!at || !projection || at === reached) return;
  reached = at;
  view.set(projection.x(at[0]), projection.y(at[1]), at[2]);
}

// keepRest keeps where somebody has moved the view, once it rests there.
function keepRest() {
  clearTimeout(resting);
  if (!view.moved || !projection) return;
  resting = setTimeout(() => {
    const p = projection.place(view.x, view.y);
    reached = [p.lon.toFixed(4), p.lat.toFixed(4), view.scale.toFixed(1)].map(Number);
    keepView(reached);
  }, 300);
}
