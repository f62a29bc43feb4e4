// What is shown, kept in the address after the #, so that a link shows the
// same: model, tab, area, crime or place, the two models compared, and the view.

const keys = ["model", "tab", "area", "crime", "place", "a", "b", "at"];

export const state = {model: "latest", tab: "areas", area: null, crime: null, place: null, a: null, b: null, at: null};

export function read() {
  const p = new URLSearchParams(location.hash.slice(1));
  state.model = /^[1-9]\d{0,8}$/.test(p.get("model") || "") ? Number(p.get("model")) : "latest";
  state.tab = ["areas", "crime", "compare", "timeline", "files"].includes(p.get("tab")) ? p.get("tab") : "areas";
  for (const k of ["area", "a", "b"]) state[k] = /^\d{1,9}$/.test(p.get(k) || "") ? Number(p.get(k)) : null;
  state.crime = p.get("crime");
  state.place = numbers(p.get("place"), 2);
  state.at = numbers(p.get("at"), 3);
}

function numbers(text, n) {
  const all = (text || "").split(",").map(Number);
  return all.length === n && all.every(Number.isFinite) ? all : null;
}

// write puts the state into the address: as a new step for the back button,
// or in place of the one that is there.
export function write(step = false) {
  const p = new URLSearchParams();
  for (const k of keys) {
    const v = state[k];
    if (v === null || v === "latest" || k === "tab" && v === "areas") continue;
    if ((k === "a" || k === "b") && state.tab !== "compare") continue;
    p.set(k, v);
  }
  const hash = "#" + p.toString().replaceAll("%2C", ",");
  if (hash === (location.hash || "#")) return;
  history[step ? "pushState" : "replaceState"](null, "", hash === "#" ? location.pathname : hash);
}
