// What is chosen, kept in the address after the #, so that a link shows the same.
import {compared, state} from "./state.js";

const keys = ["model", "tab", "area", "crime", "place", "a", "b", "at"];

// readAddress is what the address chooses. What is spelled wrong is not chosen.
export function readAddress() {
  const p = new URLSearchParams(location.hash.slice(1));
  const integer = k => /^\d{1,9}$/.test(p.get(k) || "") ? Number(p.get(k)) : null;
  return {
    model: integer("model") || "latest",
    tab: ["areas", "spots", "crime", "compare", "timeline", "files"].includes(p.get("tab")) ? p.get("tab") : "areas",
    area: integer("area"), a: integer("a"), b: integer("b"),
    crime: p.get("crime"), place: numbers(p.get("place"), 2), at: numbers(p.get("at"), 3),
  };
}

function numbers(text, n) {
  const all = (text || "").split(",").map(Number);
  return all.length === n && all.every(Number.isFinite) ? all : null;
}

// writeAddress puts the choice into the address: as a new step for the back
// button, or in place of the one that is there.
export function writeAddress(step = false) {
  const chosen = {...state, a: null, b: null, ...compared()};
  const p = new URLSearchParams();
  for (const k of keys) {
    const v = chosen[k];
    if (v !== null && v !== "latest" && !(k === "tab" && v === "areas")) p.set(k, v);
  }
  const hash = "#" + p.toString().replaceAll("%2C", ",");
  if (hash === (location.hash || "#")) return;
  history[step ? "pushState" : "replaceState"](null, "", hash === "#" ? location.pathname : hash);
}
