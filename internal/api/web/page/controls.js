// Mouse, finger and key on a map.

// addControls lets a person move the map's view. on.click is told the map and the
// point of its plane that was clicked, on.hover the one under the pointer, null
// when it has left.
export function addControls(map, on) {
  const surface = map.above, down = new Map(); // down: the pointers that are, by id
  let last = null, still = true;

  const at = e => {
    const box = surface.getBoundingClientRect();
    return {px: e.clientX - box.left - map.width / 2, py: e.clientY - box.top - map.height / 2};
  };
  const onPlane = p => ({x: map.view.x + p.px / map.view.scale, y: map.view.y - p.py / map.view.scale});
  const middle = () => {
    const all = [...down.values()], px = all.reduce((s, p) => s + p.px, 0) / all.length, py = all.reduce((s, p) => s + p.py, 0) / all.length;
    return {px, py, apart: all.length > 1 ? Math.hypot(all[0].px - all[1].px, all[0].py - all[1].py) : 0};
  };

  surface.addEventListener("wheel", e => {
    e.preventDefault();
    const p = at(e);
    map.view.zoom(Math.exp(-Math.max(-80, Math.min(80, e.deltaY)) / 220), p.px, p.py);
  }, {passive: false});

  surface.addEventListener("pointerdown", e => {
    if (e.button > 0) return;
    surface.setPointerCapture(e.pointerId);
    if (!down.size) still = true;
    down.set(e.pointerId, at(e));
    last = middle();
  });
  surface.addEventListener("pointermove", e => {
    if (!down.has(e.pointerId)) {
      if (e.pointerType === "mouse") on.hover(map, onPlane(at(e)));
      return;
    }
    down.set(e.pointerId, at(e));
    const now = middle();
    if (still && Math.hypot(now.px - last.px, now.py - last.py) < 4 && Math.abs(now.apart - last.apart) < 4) return;
    still = false;
    if (now.apart && last.apart) map.view.zoom(now.apart / last.apart, now.px, now.py);
    map.view.pan(now.px - last.px, now.py - last.py);
    last = now;
  });
  const up = e => {
    if (!down.has(e.pointerId)) return;
    const p = at(e);
    down.delete(e.pointerId);
    if (down.size) { last = middle(); return; }
    if (still && e.type === "pointerup") on.click(map, onPlane(p));
  };
  surface.addEventListener("pointerup", up);
  surface.addEventListener("pointercancel", up);
  surface.addEventListener("pointerleave", () => on.hover(map, null));
  surface.addEventListener("dblclick", e => {
    const p = at(e);
    map.view.zoom(1.6, p.px, p.py);
  });

  surface.addEventListener("keydown", e => {
    const step = e.shiftKey ? 200 : 60;
    const act = {
      ArrowLeft: () => map.view.pan(step, 0), ArrowRight: () => map.view.pan(-step, 0),
      ArrowUp: () => map.view.pan(0, step), ArrowDown: () => map.view.pan(0, -step),
      Enter: () => on.click(map, onPlane({px: 0, py: 0})),
    }[e.key];
    if (!act) return;
    e.preventDefault();
    act();
  });
}
