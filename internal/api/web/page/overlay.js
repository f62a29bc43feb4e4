// What stands above the points of a map: outlines and means of the areas, spots,
// the newest rows, what was looked up, and the scale. Each function
// draws into a 2D context in pixels of the map.
import {color, ink} from "./format.js";

// boxes are where names cannot be read: [left, top, right, bottom].
export function boxes(map) {
  const around = ([x, y], r) => [x - r, y - r, x + r, y + r];
  const all = map.clusters.map(c => around(discAt(map, c), 14));
  for (const s of [...map.shownSpots, ...map.shownGone]) all.push(around(map.xy(s.lon, s.lat), 12));
  for (const m of map.marks) all.push(around(map.xy(m.lon, m.lat), 9));
  if (map.scaled) all.push([0, map.height - 40, 190, map.height]);
  if (map.label.textContent) all.push([0, 0, map.label.offsetWidth + 20, 34]);
  return all;
}

export function drawOutlines(c, map) {
  c.lineWidth = 1.5;
  map.outlines.forEach((line, n) => {
    if (line.length < 3) return;
    c.beginPath();
    for (const i of line) c.lineTo(...map.pixel(map.points.data.x[i], map.points.data.y[i]));
    c.closePath();
    c.strokeStyle = color(map.points.colorOf(n));
    c.globalAlpha = map.points.highlighted < 0 || map.points.highlighted === n ? 0.85 : 0.2;
    c.stroke();
  });
  c.globalAlpha = 1;
}

// discAt is where the number of a cluster stands: at its mean, or beside it
// where a spot would lie below the disc; at the edge of the view,
// with a leader outward, when the mean lies outside of it.
function discAt(map, cluster) {
  const [x, y] = aside(map, cluster), edge = 18;
  return [Math.min(map.width - edge, Math.max(edge, x)), Math.min(map.height - edge, Math.max(edge, y))];
}

function aside(map, cluster) {
  const [x, y] = map.xy(cluster.centroid.lon, cluster.centroid.lat);
  const below = [...map.shownSpots, ...map.shownGone].map(s => map.xy(s.lon, s.lat)).find(([sx, sy]) => Math.hypot(x - sx, y - sy) < 22);
  if (!below) return [x, y];
  const [sx, sy] = below, dx = x - sx, dy = y - sy, apart = Math.hypot(dx, dy);
  return apart < 1 ? [x + 24, y - 24] : [sx + 34 * dx / apart, sy + 34 * dy / apart];
}

// drawLeader leads from a number that stands aside to the mean.
export function drawLeader(c, map, cluster) {
  const [mx, my] = map.xy(cluster.centroid.lon, cluster.centroid.lat), [x, y] = discAt(map, cluster);
  if (x === mx && y === my) return;
  c.strokeStyle = c.fillStyle = color(map.points.colorOf(cluster.cluster));
  c.lineWidth = 2;
  c.beginPath();
  c.moveTo(x, y);
  c.lineTo(mx, my);
  c.stroke();
  c.beginPath();
  c.arc(mx, my, 3, 0, 2 * Math.PI);
  c.fill();
}

export function drawDisc(c, map, cluster, colors) {
  const [x, y] = discAt(map, cluster), n = map.points.colorOf(cluster.cluster);
  const highlighted = map.points.highlighted === cluster.cluster;
  c.beginPath();
  c.arc(x, y, highlighted ? 15 : 12, 0, 2 * Math.PI);
  c.fillStyle = color(n);
  c.fill();
  c.lineWidth = highlighted ? 3 : 2;
  c.strokeStyle = colors.halo;
  c.stroke();
  c.fillStyle = ink(n);
  c.font = "bold 13px system-ui, sans-serif";
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillText(String(cluster.cluster), x, y + 0.5);
}

// drawSpots draws the spots with their numbers, a new one dark, and their circles
// where there is room for them; of those that are gone a cross.
export function drawSpots(c, map, colors) {
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.lineWidth = 2.5;
  for (const g of map.shownGone) {
    const [x, y] = map.xy(g.lon, g.lat), s = 5;
    c.beginPath();
    for (const d of [s, -s]) { c.moveTo(x - s, y - d); c.lineTo(x + s, y + d); }
    for (const [width, style] of [[5, colors.halo], [2, colors.text]]) {
      c.lineWidth = width;
      c.strokeStyle = style;
      c.stroke();
    }
  }
  for (const spot of map.shownSpots) {
    const [x, y] = map.xy(spot.lon, spot.lat), s = 12, isNew = spot.isNew && map.alone, r = spot.radius_m / 1000 * map.view.scale;
    c.strokeStyle = spot.cluster === null ? colors.text : color(map.points.colorOf(spot.cluster));
    c.lineWidth = 2.5;
    if (r > s) {
      c.beginPath();
      c.arc(x, y, r, 0, 2 * Math.PI);
      c.stroke();
    }
    c.beginPath();
    for (const [dx, dy] of [[0, -s], [s, 0], [0, s], [-s, 0]]) c.lineTo(x + dx, y + dy);
    c.closePath();
    c.fillStyle = isNew ? colors.text : colors.halo;
    c.fill();
    c.stroke();
    c.fillStyle = isNew ? colors.halo : colors.text;
    c.font = "bold 11px system-ui, sans-serif";
    c.fillText(String(spot.spot), x, y + 0.5);
  }
}

export function drawMarks(c, map, colors) {
  for (const m of map.marks) {
    const [x, y] = map.xy(m.lon, m.lat);
    for (const to of m.lines) {
      const [tx, ty] = map.xy(to.lon, to.lat), far = Math.hypot(tx - x, ty - y);
      if (far < 8) continue;
      c.beginPath();
      c.moveTo(x + 8 * (tx - x) / far, y + 8 * (ty - y) / far); // from the ring on
      c.lineTo(tx, ty);
      c.setLineDash(to.dashed ? [4, 4] : []);
      c.lineWidth = to.dashed ? 1.5 : 2.5;
      c.strokeStyle = colors.text;
      c.stroke();
    }
    c.setLineDash([]);
    c.beginPath();
    c.arc(x, y, 7, 0, 2 * Math.PI);
    c.lineWidth = 5;
    c.strokeStyle = colors.halo;
    c.stroke();
    c.lineWidth = 2.5;
    c.strokeStyle = colors.text;
    c.stroke();
  }
}

// drawNewestRows shows the rows of the open batch, which are in no model yet: all
// of them before the first model, then the newest, which do not hide it.
export function drawNewestRows(c, map, colors) {
  c.fillStyle = colors.accent;
  const shown = map.clusters.length ? map.newestRows.slice(-100) : map.newestRows;
  shown.forEach((p, i) => {
    const [x, y] = map.xy(p[0], p[1]), old = shown.length - i;
    c.globalAlpha = old < 40 ? 1 - old / 60 : 0.3;
    c.beginPath();
    c.arc(x, y, old < 12 ? 4 : 2, 0, 2 * Math.PI);
    c.fill();
  });
  c.globalAlpha = 1;
}

export function drawScale(c, map, colors, covered) {
  const least = 70 / map.view.scale;
  const km = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].find(v => v >= least) || 200, w = km * map.view.scale;
  const above = covered.filter(b => b[0] < 20 + w && b[1] < map.height && b[3] > map.height - 30).map(b => b[1]);
  const y = Math.min(map.height, ...above) - 12;
  c.strokeStyle = colors.text;
  c.lineWidth = 1.5;
  c.beginPath();
  c.moveTo(12, y - 4); c.lineTo(12, y); c.lineTo(12 + w, y); c.lineTo(12 + w, y - 4);
  c.stroke();
  c.fillStyle = colors.text;
  c.font = "11px system-ui, sans-serif";
  c.textAlign = "left";
  c.textBaseline = "bottom";
  c.fillText(km < 1 ? km * 1000 + " m" : km + " km", 16, y - 2);
}
