// One map: the backdrop, the points on it, and above them what has a name.
import * as backdrop from "./backdrop.js";
import {addControls} from "./controls.js";
import {el} from "./dom.js";
import * as overlay from "./overlay.js";
import {Points} from "./points.js";

export class CityMap {
  model = null; // number
  projection = null;
  backdrop = null;
  clusters = [];
  spots = [];
  gone = []; // spots of the model before
  layer = true; // whether spots are drawn
  alone = true; // whether there is no other map beside it
  outlines = []; // of the clusters, as indices of points
  marks = []; // places that were looked up
  newestRows = []; // [lon, lat]

  // over are elements that stand on the map, where no name can be read. Of maps
  // that share a view one is scaled: it shows how long a kilometer is. on has a
  // function for a click, for a hover (controls.js) and for another size.
  constructor(holder, view, on, {over = [], scaled = true} = {}) {
    Object.assign(this, {holder, view, on, over, scaled});
    this.label = el("p", {class: "map-label"});
    this.below = el("canvas");
    const flat = el("canvas"), middle = el("canvas");
    this.above = el("canvas", {tabindex: "0", role: "img", "aria-label": "Map of the crimes"});
    this.canvases = [this.below, flat, middle, this.above];
    holder.append(...this.canvases, this.label);
    this.points = new Points(middle, flat);
    this.points.onlost = () => this.redraw();
    view.addEventListener("change", () => this.startMoving());
    new ResizeObserver(() => this.resize()).observe(holder);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
    addControls(this, on);
    this.resize();
  }

  resize() {
    this.width = this.holder.clientWidth;
    this.height = this.holder.clientHeight;
    this.ratio = Math.min(2, devicePixelRatio || 1);
    for (const c of this.canvases) {
      c.width = Math.max(1, Math.round(this.width * this.ratio));
      c.height = Math.max(1, Math.round(this.height * this.ratio));
    }
    this.on.resize();
    this.redraw();
  }

  // startMoving is called with each step of the view; a little after the last
  // one the view rests.
  startMoving() {
    this.moving = true;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => { this.moving = false; this.redraw(); }, 160);
    this.redraw();
  }

  redraw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => { this.asked = 0; this.draw(); });
  }

  // setPoints takes the points, and which color each cluster has: that of the
  // cluster of another map which it continues, when two are compared.
  setPoints(data, colorOf) {
    this.points.set(data, colorOf);
    this.startMoving();
  }

  // highlight brings out the cluster with that color, none with null.
  highlight(number) {
    const cluster = number === null ? -1 : this.clusters.findIndex(c => this.points.colorOf(c.cluster) === number);
    if (this.points.highlighted === cluster) return;
    this.points.highlighted = cluster;
    this.redraw();
  }

  // shownSpots and shownGone are those that are drawn.
  get shownSpots() { return this.layer ? this.spots : []; }
  get shownGone() { return this.layer && this.alone ? this.gone : []; }

  // xy is the pixel of a place.
  xy(lon, lat) { return this.pixel(this.projection.x(lon), this.projection.y(lat)); }

  // pixel is that of a point on the plane.
  pixel(x, y) { return [this.width / 2 + (x - this.view.x) * this.view.scale, this.height / 2 - (y - this.view.y) * this.view.scale]; }

  // readColors are those of the style sheet: they differ by day and by night.
  readColors() {
    const s = getComputedStyle(this.holder);
    return Object.fromEntries(["land", "coast", "border", "name", "halo", "text", "accent"].map(n => [n, s.getPropertyValue("--" + n).trim()]));
  }

  draw() {
    const began = performance.now();
    const colors = this.readColors(), [low, high] = [this.below, this.above].map(c => c.getContext("2d"));
    for (const c of [low, high]) {
      c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      c.clearRect(0, 0, this.width, this.height);
    }
    if (!this.projection) return;
    const night = parseInt(colors.land.match(/\d+/)?.[0] ?? "255", 10) < 128, covered = this.covered();
    backdrop.drawCells(low, this, colors);
    this.points.draw(this.view, this.width, this.height, this.ratio, this.moving, night);
    overlay.drawOutlines(high, this);
    overlay.drawNewestRows(high, this, colors);
    backdrop.drawNames(high, this, colors, [...overlay.boxes(this), ...covered]);
    this.clusters.forEach(c => overlay.drawLeader(high, this, c));
    overlay.drawSpots(high, this, colors);
    overlay.drawMarks(high, this, colors);
    this.clusters.forEach(c => overlay.drawDisc(high, this, c, colors));
    if (this.scaled) overlay.drawScale(high, this, colors, covered);
    this.measure(began);
  }

  // covered are the boxes of the elements that stand on the map.
  covered() {
    const own = this.holder.getBoundingClientRect();
    return this.over.map(e => e.getBoundingClientRect()).filter(b => b.width).map(b => [b.left - own.left, b.top - own.top, b.right - own.left, b.bottom - own.top]);
  }

  // measure writes down, for those who measure and test: the view, the time of
  // this frame on the processor, whether it is one of a movement, points and spots,
  // and when the first of them were drawn.
  measure(began) {
    const points = this.points.data?.n || 0, spots = this.shownSpots.length, d = this.holder.dataset;
    Object.assign(d, {view: [this.view.x, this.view.y, this.view.scale].map(v => v.toFixed(1)).join(), took: (performance.now() - began).toFixed(1),
      moving: Boolean(this.moving), points, spots, backdrop: this.backdrop?.width || 0});
    if (points) d.first ??= performance.now().toFixed(0);
  }
}
