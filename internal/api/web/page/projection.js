// The plane that everything is drawn on, kilometers east and north of the
// middle of the data, and the part of it that is in view.

const R = 6371.0088, rad = Math.PI / 180;

// Projection is equirectangular: right to a pixel over the size of a city.
export class Projection {
  constructor(lon, lat) {
    this.lon = lon;
    this.lat = lat;
    this.kx = R * rad * Math.cos(lat * rad);
    this.ky = R * rad;
  }
  x(lon) { return (lon - this.lon) * this.kx; }
  y(lat) { return (lat - this.lat) * this.ky; }
  place(x, y) { return {lon: this.lon + x / this.kx, lat: this.lat + y / this.ky}; }
}

// View is which part of the plane is shown; two maps may share one. scale is
// pixels of the screen per kilometer.
export class View extends EventTarget {
  x = 0;
  y = 0;
  scale = 20;
  moved = false; // by hand: a new model then leaves it as it is
  set(x, y, scale, byHand = true) {
    this.x = x;
    this.y = y;
    this.scale = Math.min(4000, Math.max(1, scale));
    this.moved = byHand;
    this.dispatchEvent(new Event("change"));
  }
  zoom(factor, dx = 0, dy = 0) { // (dx, dy): the pixel that stays, from the middle
    const next = Math.min(4000, Math.max(1, this.scale * factor));
    this.set(this.x + dx / this.scale - dx / next, this.y - dy / this.scale + dy / next, next);
  }
  pan(dx, dy) { this.set(this.x - dx / this.scale, this.y + dy / this.scale, this.scale); }
  // scaleOf is the scale at which a box fits into so many pixels, with margins
  // for discs and buttons.
  scaleOf(box, width, height) {
    if (!box) return 0;
    const wide = width - Math.min(80, width / 8), high = height - Math.min(90, height / 4);
    return Math.min(wide / Math.max(0.2, box.right - box.left), high / Math.max(0.2, box.top - box.bottom));
  }
  fit(box, width, height, byHand = false) {
    if (!box || !width || !height) return;
    this.set((box.left + box.right) / 2, (box.top + box.bottom) / 2, this.scaleOf(box, width, height), byHand);
  }
}

// extent is the box around that share of the points which is nearest to their
// median: an airport far out would else leave half of the view empty.
export function extent(xs, ys, share) {
  const n = xs.length;
  if (!n) return null;
  const median = all => Float32Array.from(all).sort()[n >> 1], x = median(xs), y = median(ys);
  const far = Float32Array.from(xs, (v, i) => (v - x) ** 2 + (ys[i] - y) ** 2);
  const reach = Float32Array.from(far).sort()[Math.ceil(share * (n - 1))];
  const box = {left: x, right: x, bottom: y, top: y};
  for (let i = 0; i < n; i++) {
    if (far[i] > reach) continue;
    box.left = Math.min(box.left, xs[i]);
    box.right = Math.max(box.right, xs[i]);
    box.bottom = Math.min(box.bottom, ys[i]);
    box.top = Math.max(box.top, ys[i]);
  }
  return box;
}

// hull is the convex hull of points given by their indices.
function hull(xs, ys, indices) {
  const p = [...indices].sort((a, b) => xs[a] - xs[b] || ys[a] - ys[b]);
  const turn = (o, a, b) => (xs[a] - xs[o]) * (ys[b] - ys[o]) - (ys[a] - ys[o]) * (xs[b] - xs[o]);
  const half = list => {
    const out = [];
    for (const i of list) {
      while (out.length > 1 && turn(out[out.length - 2], out[out.length - 1], i) <= 0) out.pop();
      out.push(i);
    }
    out.pop();
    return out;
  };
  return p.length < 3 ? p : [...half(p), ...half(p.reverse())];
}

// hulls are the outlines of the clusters, each around the 95 % of its points
// that are nearest to their mean. A big batch is drawn from a sample.
export function hulls(data, k) {
  const step = Math.max(1, Math.floor(data.n / 60_000));
  const members = Array.from({length: k}, () => []);
  for (let i = 0; i < data.n; i += step) members[data.cluster[i]]?.push(i);
  return members.map(m => {
    let sx = 0, sy = 0;
    for (const i of m) { sx += data.x[i]; sy += data.y[i]; }
    sx /= m.length;
    sy /= m.length;
    const d = new Map(m.map(i => [i, (data.x[i] - sx) ** 2 + (data.y[i] - sy) ** 2]));
    m.sort((a, b) => d.get(a) - d.get(b));
    return hull(data.x, data.y, m.slice(0, Math.ceil(0.95 * m.length)));
  });
}

// toColumns turns triples of lon, lat, cluster into columns on the plane.
export function toColumns(raw, projection) {
  const n = Math.floor(raw.length / 3);
  const data = {n, x: new Float32Array(n), y: new Float32Array(n), cluster: new Uint16Array(n)};
  for (let i = 0; i < n; i++) {
    data.x[i] = projection.x(raw[3 * i]);
    data.y[i] = projection.y(raw[3 * i + 1]);
    data.cluster[i] = raw[3 * i + 2];
  }
  return data;
}
