// One map: the ground below, the points, and above them what has a name.
import {el} from "./dom.js";
import * as backdrop from "./backdrop.js";
import {Points} from "./points.js";
import {color, ink} from "./format.js";
import {addControls} from "./controls.js";

export class CityMap {
  // over are elements that stand on the map, where no name can be read. Of maps
  // that share a view one is scaled: it shows how long a kilometer is.
  constructor(holder, view, on, {over = [], scaled = true} = {}) {
    this.holder = holder;
    this.over = over;
    this.scaled = scaled;
    this.view = view;
    this.on = on;
    this.label = el("p", {class: "map-label"});
    this.below = el("canvas");
    this.flat = el("canvas");
    this.middle = el("canvas");
    this.above = el("canvas", {tabindex: "0", role: "img", "aria-label": "Map of the crimes"});
    holder.append(this.below, this.flat, this.middle, this.above, this.label);
    this.points = new Points(this.middle, this.flat);
    this.points.onlost = () => this.redraw();
    Object.assign(this, {plane: null, backdrop: null, clusters: [], outlines: [], marks: [], fresh: []});
    view.addEventListener("change", () => { this.stir(); this.redraw(); });
    new ResizeObserver(() => this.resize()).observe(holder);
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", () => this.redraw());
    addControls(this, on);
    this.resize();
  }

  resize() {
    this.width = this.holder.clientWidth;
    this.height = this.holder.clientHeight;
    this.ratio = Math.min(2, devicePixelRatio || 1);
    for (const c of [this.below, this.flat, this.middle, this.above]) {
      c.width = Math.max(1, Math.round(this.width * this.ratio));
      c.height = Math.max(1, Math.round(this.height * this.ratio));
    }
    this.on.resize?.();
    this.redraw();
  }

  // stir says that the view is moving; a little later it has come to rest.
  stir() {
    this.moving = true;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => { this.moving = false; this.redraw(); }, 160);
  }

  redraw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => { this.asked = 0; this.draw(); });
  }

  // tint says which color a cluster has: that of the cluster of another map
  // which it continues, when two maps are compared.
  tint(color) {
    this.points.tint = color;
    this.points.set(this.points.data);
    this.redraw();
  }

  // light brings out the cluster with that color, none with null.
  light(number) {
    const cluster = number === null ? -1 : this.clusters.findIndex(c => this.points.tint(c.cluster) === number);
    if (this.points.lit === cluster) return;
    this.points.lit = cluster;
    this.redraw();
  }

  xy(lon, lat) {
    const v = this.view;
    return [this.width / 2 + (this.plane.x(lon) - v.x) * v.scale, this.height / 2 - (this.plane.y(lat) - v.y) * v.scale];
  }

  look() {
    const s = getComputedStyle(this.holder), v = n => s.getPropertyValue("--" + n).trim();
    return Object.fromEntries(["land", "coast", "border", "name", "halo", "text", "accent"].map(n => [n, v(n)]));
  }

  draw() {
    const began = performance.now();
    const look = this.look(), [low, high] = [this.below, this.above].map(c => c.getContext("2d"));
    for (const c of [low, high]) {
      c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      c.clearRect(0, 0, this.width, this.height);
    }
    if (!this.plane) return;
    backdrop.draw(low, this.backdrop, this.plane, this.view, this.width, this.height, look);
    const night = parseInt(look.land.match(/\d+/)?.[0] ?? "255", 10) < 128;
    this.points.draw(this.view, this.width, this.height, this.ratio, this.moving, night);
    this.drawOutlines(high);
    const taken = this.clusters.map(c => {
      const [x, y] = this.discAt(c);
      return [x - 14, y - 14, x + 14, y + 14];
    });
    for (const c of this.clusters) {
      if (!c.densest) continue;
      const [x, y] = this.xy(c.densest.lon, c.densest.lat);
      taken.push([x - 8, y - 8, x + 8, y + 8]);
    }
    for (const m of this.marks) {
      const [x, y] = this.xy(m.lon, m.lat);
      taken.push([x - 9, y - 9, x + 9, y + 9]);
    }
    if (this.label.textContent) taken.push([0, 0, this.label.offsetWidth + 20, 34]);
    const own = this.holder.getBoundingClientRect();
    const covered = this.over.map(e => e.getBoundingClientRect()).filter(b => b.width).map(b => [b.left - own.left, b.top - own.top, b.right - own.left, b.bottom - own.top]);
    taken.push(...covered);
    this.drawFresh(high, look);
    backdrop.names(high, this.backdrop, this.plane, this.view, this.width, this.height, look, taken);
    this.clusters.forEach(c => this.drawLeader(high, c));
    this.clusters.forEach(c => this.drawSpot(high, c, look));
    this.drawMarks(high, look);
    this.clusters.forEach(c => this.drawDisc(high, c, look));
    if (this.scaled) this.drawScale(high, look, covered);
    // For those who measure and test: the view, the time of this frame on the
    // processor, the points, and when the first of them were drawn.
    this.holder.dataset.view = [this.view.x, this.view.y, this.view.scale].map(v => v.toFixed(1)).join();
    this.holder.dataset.took = (performance.now() - began).toFixed(1);
    this.holder.dataset.points = this.points.data ? this.points.data.n : 0;
    this.holder.dataset.backdrop = this.backdrop?.width || 0;
    if (this.points.data?.n) this.holder.dataset.first ??= performance.now().toFixed(0);
  }

  drawOutlines(c) {
    c.lineWidth = 1.5;
    this.outlines.forEach((line, n) => {
      if (line.length < 3) return;
      c.beginPath();
      for (const i of line) {
        const d = this.points.data;
        c.lineTo(this.width / 2 + (d.x[i] - this.view.x) * this.view.scale, this.height / 2 - (d.y[i] - this.view.y) * this.view.scale);
      }
      c.closePath();
      c.strokeStyle = color(this.points.tint(n));
      c.globalAlpha = this.points.lit < 0 || this.points.lit === n ? 0.85 : 0.2;
      c.stroke();
    });
    c.globalAlpha = 1;
  }

  // discAt is where the number of a cluster stands: at its mean, or beside it
  // where the densest spot would lie below the disc; at the edge of the view,
  // with a leader outward, when the mean lies outside of it.
  discAt(cluster) {
    const [x, y] = this.aside(cluster), edge = 18;
    return [Math.min(this.width - edge, Math.max(edge, x)), Math.min(this.height - edge, Math.max(edge, y))];
  }

  aside(cluster) {
    const [x, y] = this.xy(cluster.centroid.lon, cluster.centroid.lat);
    if (!cluster.densest) return [x, y];
    const [sx, sy] = this.xy(cluster.densest.lon, cluster.densest.lat), dx = x - sx, dy = y - sy, apart = Math.hypot(dx, dy);
    if (apart >= 22) return [x, y];
    return apart < 1 ? [x + 24, y - 24] : [sx + 34 * dx / apart, sy + 34 * dy / apart];
  }

  // drawLeader leads from a number that stands aside to the mean.
  drawLeader(c, cluster) {
    const [mx, my] = this.xy(cluster.centroid.lon, cluster.centroid.lat), [x, y] = this.discAt(cluster);
    if (x === mx && y === my) return;
    c.strokeStyle = c.fillStyle = color(this.points.tint(cluster.cluster));
    c.lineWidth = 2;
    c.beginPath();
    c.moveTo(x, y);
    c.lineTo(mx, my);
    c.stroke();
    c.beginPath();
    c.arc(mx, my, 3, 0, 2 * Math.PI);
    c.fill();
  }

  drawDisc(c, cluster, look) {
    const [x, y] = this.discAt(cluster), n = this.points.tint(cluster.cluster);
    const lit = this.points.lit === cluster.cluster;
    c.beginPath();
    c.arc(x, y, lit ? 15 : 12, 0, 2 * Math.PI);
    c.fillStyle = color(n);
    c.fill();
    c.lineWidth = lit ? 3 : 2;
    c.strokeStyle = look.halo;
    c.stroke();
    c.fillStyle = ink(n);
    c.font = "bold 13px system-ui, sans-serif";
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.fillText(String(cluster.cluster), x, y + 0.5);
  }

  drawSpot(c, cluster, look) {
    if (!cluster.densest) return;
    const [x, y] = this.xy(cluster.densest.lon, cluster.densest.lat), s = 7;
    c.beginPath();
    for (const [dx, dy] of [[0, -s], [s, 0], [0, s], [-s, 0]]) c.lineTo(x + dx, y + dy);
    c.closePath();
    c.fillStyle = look.halo;
    c.fill();
    c.lineWidth = 2.5;
    c.strokeStyle = color(this.points.tint(cluster.cluster));
    c.stroke();
  }

  drawMarks(c, look) {
    for (const m of this.marks) {
      const [x, y] = this.xy(m.lon, m.lat);
      for (const to of m.to || []) {
        const [tx, ty] = this.xy(to.lon, to.lat), far = Math.hypot(tx - x, ty - y);
        if (far < 8) continue;
        c.beginPath();
        c.moveTo(x + 8 * (tx - x) / far, y + 8 * (ty - y) / far); // from the ring on
        c.lineTo(tx, ty);
        c.setLineDash(to.dashed ? [4, 4] : []);
        c.lineWidth = to.dashed ? 1.5 : 2.5;
        c.strokeStyle = look.text;
        c.stroke();
      }
      c.setLineDash([]);
      c.beginPath();
      c.arc(x, y, 7, 0, 2 * Math.PI);
      c.lineWidth = 5;
      c.strokeStyle = look.halo;
      c.stroke();
      c.lineWidth = 2.5;
      c.strokeStyle = look.text;
      c.stroke();
    }
  }

  // drawFresh shows the rows of the open batch, which are in no model yet: all
  // of them before the first model, then the newest, which do not hide it.
  drawFresh(c, look) {
    c.fillStyle = look.accent;
    const shown = this.clusters.length ? this.fresh.slice(-100) : this.fresh;
    shown.forEach((p, i) => {
      const [x, y] = this.xy(p[0], p[1]), old = shown.length - i;
      c.globalAlpha = old < 40 ? 1 - old / 60 : 0.3;
      c.beginPath();
      c.arc(x, y, old < 12 ? 4 : 2, 0, 2 * Math.PI);
      c.fill();
    });
    c.globalAlpha = 1;
  }

  drawScale(c, look, covered) {
    const least = 70 / this.view.scale;
    const km = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].find(v => v >= least) || 200, w = km * this.view.scale;
    const above = covered.filter(b => b[0] < 20 + w && b[1] < this.height && b[3] > this.height - 30).map(b => b[1]);
    const y = Math.min(this.height, ...above) - 12;
    c.strokeStyle = look.text;
    c.lineWidth = 1.5;
    c.beginPath();
    c.moveTo(12, y - 4); c.lineTo(12, y); c.lineTo(12 + w, y); c.lineTo(12 + w, y - 4);
    c.stroke();
    c.fillStyle = look.text;
    c.font = "11px system-ui, sans-serif";
    c.textAlign = "left";
    c.textBaseline = "bottom";
    c.fillText(km < 1 ? km * 1000 + " m" : km + " km", 16, y - 2);
  }
}
