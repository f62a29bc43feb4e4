// A model and its past, or two models side by side, in words and figures.
import {compare, compareWithOther, compareWithPast} from "./actions.js";
import {disc, missingModel} from "./areas.js";
import {el, problem, show} from "./dom.js";
import {fixed1, meters, span} from "./format.js";
import {describePast} from "./past.js";
import {entry} from "./state.js";

const changes = {
  usual: "usual", more: "more crimes a day", fewer: "fewer crimes a day",
  new: "new", gone: "gone",
};

// renderComparison shows what is more or fewer in model m than in its past or,
// when there is a pair, what has changed from model a to model b.
export function renderComparison(holder, {models}, tab, m, a, b, result, past) {
  if (tab !== "compare") return;
  const heading = el("h2", {}, "Compare");
  if (!m) return show(holder, heading, missingModel({models}));
  const ways = el("p", {class: "row"}, [["compare-past", "with the past 8", compareWithPast, !a], ["compare-other", "with one other", compareWithOther, a]].map(([id, text, choose, chosen]) =>
    el("button", {type: "button", id, "aria-pressed": String(Boolean(chosen)), disabled: models.length < 2, onclick: choose}, text)));
  if (!a) return show(holder, heading, ways, describePast(m, past));
  if (result?.problem) return show(holder, heading, ways, choice(models, a, b), problem(result.problem));
  if (result?.a !== a || result?.b !== b) return; // its answer is on the way
  show(holder, heading, ways, choice(models, a, b),
    el("p", {class: "answer"}, `Model ${a} (${span(entry(a))}) and model ${b} (${span(entry(b))}): `, el("strong", {}, result.verdict + ".")),
    table("Area by area. A change counts only beyond its floor, which is what chance alone does.", ["Area", "Share, %", "Crimes a day", "Moved (floor)", "Change"],
      result.clusters.map(c => el("tr", {class: c.verdict === "usual" ? null : "now"},
        el("th", {scope: "row"}, c.a === null ? "" : disc(c.a), c.b === null || c.b === c.a ? "" : ["→", disc(c.b)]),
        pair(fixed1(100 * c.share_a), fixed1(100 * c.share_b)), pair(fixed1(c.per_day_a), fixed1(c.per_day_b)),
        el("td", {}, c.moved_m === null ? "" : `${meters(c.moved_m)} (${meters(c.moved_floor_m)})`), el("td", {}, changes[c.verdict] || c.verdict)))),
    table("The whole city. The floor is what chance alone does.", ["Figure", "Value", "Floor", "A change is"], [
      figure("Agreement (ARI)", result.ari, result.ari.value < result.ari.floor, "below the floor"),
      figure("Shift of shares (PSI)", result.psi, result.psi.value > result.psi.floor, "above the floor"),
      figure("Inertia ratio", result.inertia_ratio, (result.inertia_ratio.value ?? Infinity) > (result.inertia_ratio.floor ?? Infinity), "above the floor")]),
    el("p", {class: "quiet"}, "Crimes a day count reports: a change of reporting looks the same as a change of crime."));
}

function choice(models, a, b) {
  const select = (id, label, chosen, set) => [el("label", {for: id}, label),
    el("select", {id, onchange: e => set(Number(e.target.value))}, models.map(m => el("option", {value: m.model, selected: m.model === chosen}, `${m.model}: ${span(m)}`)))];
  return el("p", {class: "pair"}, select("compare-a", "Left", a, n => compare(n, b)), select("compare-b", "Right", b, n => compare(a, n)));
}

const table = (caption, columns, rows) => el("table", {class: "comparison"}, el("caption", {}, caption),
  el("thead", {}, el("tr", {}, columns.map(t => el("th", {scope: "col"}, t)))), el("tbody", {}, rows));

// pair breaks, where it must, between its two values.
const pair = (a, b) => el("td", {}, `${a}\u00a0→ ${b}`);

const figure = (name, f, beyond, text) => el("tr", {class: beyond ? "now" : null},
  el("th", {scope: "row"}, name), el("td", {}, f.value?.toFixed(3) ?? "∞"), el("td", {}, f.floor?.toFixed(3) ?? "∞"), el("td", {}, text));
