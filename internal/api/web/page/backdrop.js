// The base map: the shape of the city and its neighborhoods, derived from the
// crimes themselves (GET /ground). Nothing is asked of any other host.
import {title} from "./format.js";

// draw puts the backdrop on the lower canvas.
export function draw(context, backdrop, plane, view, width, height, look) {
  if (!backdrop || !backdrop.width) return;
  const X = c => width / 2 + (plane.x(backdrop.west + c * backdrop.step_lon) - view.x) * view.scale;
  const Y = r => height / 2 - (plane.y(backdrop.south + r * backdrop.step_lat) - view.y) * view.scale;
  context.fillStyle = look.land;
  const at = (c, r) => c < 0 || r < 0 || c >= backdrop.width || r >= backdrop.height ? -1 : backdrop.cells[r * backdrop.width + c];
  for (let r = 0; r < backdrop.height; r++) {
    for (let c = 0; c < backdrop.width; c++) {
      if (at(c, r) < 0) continue;
      const from = c;
      while (at(c + 1, r) >= 0) c++;
      context.fillRect(X(from), Y(r + 1), X(c + 1) - X(from) + 0.6, Y(r) - Y(r + 1) + 0.6);
    }
  }
  for (const coast of [false, true]) {
    context.beginPath();
    for (let r = 0; r <= backdrop.height; r++) {
      for (let c = 0; c <= backdrop.width; c++) {
        const here = at(c, r), west = at(c - 1, r), south = at(c, r - 1);
        if (here !== west && (here < 0 || west < 0) === coast) { context.moveTo(X(c), Y(r)); context.lineTo(X(c), Y(r + 1)); }
        if (here !== south && (here < 0 || south < 0) === coast) { context.moveTo(X(c), Y(r)); context.lineTo(X(c + 1), Y(r)); }
      }
    }
    context.strokeStyle = coast ? look.coast : look.border;
    context.lineWidth = 1;
    context.stroke();
  }
}

// names writes the neighborhoods, the largest first, where there is room
// between what stands there already. taken are boxes [left, top, right, bottom].
export function names(context, backdrop, plane, view, width, height, look, taken) {
  if (!backdrop) return;
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  let left = Math.round(width * height / 16_000);
  for (const n of backdrop.names) {
    if (left <= 0) return;
    const x = width / 2 + (plane.x(n.lon) - view.x) * view.scale, y = height / 2 - (plane.y(n.lat) - view.y) * view.scale;
    const text = title(n.id), w = context.measureText(text).width / 2 + 5;
    const box = [x - w, y - 9, x + w, y + 9];
    if (box[0] < 2 || box[2] > width - 2 || box[1] < 2 || box[3] > height - 2) continue;
    if (taken.some(t => t[0] < box[2] && t[2] > box[0] && t[1] < box[3] && t[3] > box[1])) continue;
    taken.push(box);
    left--;
    context.strokeStyle = look.halo;
    context.lineWidth = 3;
    context.strokeText(text, x, y);
    context.fillStyle = look.name;
    context.fillText(text, x, y);
  }
}
