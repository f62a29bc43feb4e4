// The backdrop of the map: the shape of the city and its neighborhoods, derived
// from the crimes themselves (GET /ground). No other host is asked.
import {title} from "./format.js";

// drawCells fills the land and draws its coast and the borders of neighborhoods.
export function drawCells(context, map, colors) {
  const b = map.backdrop;
  if (!b || !b.width) return;
  const X = c => map.xy(b.west + c * b.step_lon, 0)[0], Y = r => map.xy(0, b.south + r * b.step_lat)[1];
  const at = (c, r) => c < 0 || r < 0 || c >= b.width || r >= b.height ? -1 : b.cells[r * b.width + c];
  context.fillStyle = colors.land;
  for (let r = 0; r < b.height; r++) {
    for (let c = 0; c < b.width; c++) {
      if (at(c, r) < 0) continue;
      const from = c;
      while (at(c + 1, r) >= 0) c++;
      context.fillRect(X(from), Y(r + 1), X(c + 1) - X(from) + 0.6, Y(r) - Y(r + 1) + 0.6);
    }
  }
  for (const coast of [false, true]) {
    context.beginPath();
    for (let r = 0; r <= b.height; r++) {
      for (let c = 0; c <= b.width; c++) {
        const here = at(c, r), west = at(c - 1, r), south = at(c, r - 1);
        if (here !== west && (here < 0 || west < 0) === coast) { context.moveTo(X(c), Y(r)); context.lineTo(X(c), Y(r + 1)); }
        if (here !== south && (here < 0 || south < 0) === coast) { context.moveTo(X(c), Y(r)); context.lineTo(X(c + 1), Y(r)); }
      }
    }
    context.strokeStyle = coast ? colors.coast : colors.border;
    context.lineWidth = 1;
    context.stroke();
  }
}

// drawNames writes the neighborhoods, the largest first, where there is room
// beside what stands there already: taken, boxes [left, top, right, bottom].
export function drawNames(context, map, colors, taken) {
  if (!map.backdrop) return;
  Object.assign(context, {font: "11px system-ui, sans-serif", textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 3});
  let left = Math.round(map.width * map.height / 16_000);
  for (const n of map.backdrop.names) {
    if (left <= 0) return;
    const [x, y] = map.xy(n.lon, n.lat), text = title(n.id), w = context.measureText(text).width / 2 + 5;
    const box = [x - w, y - 9, x + w, y + 9];
    if (box[0] < 2 || box[2] > map.width - 2 || box[1] < 2 || box[3] > map.height - 2) continue;
    if (taken.some(t => t[0] < box[2] && t[2] > box[0] && t[1] < box[3] && t[3] > box[1])) continue;
    taken.push(box);
    left--;
    context.strokeStyle = colors.halo;
    context.strokeText(text, x, y);
    context.fillStyle = colors.name;
    context.fillText(text, x, y);
  }
}
