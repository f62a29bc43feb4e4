// Two models side by side, in words and figures.
import {el, show} from "./dom.js";
import {disc} from "./areas.js";
import {fixed1, meters, span} from "./format.js";

const said = {
  usual: "usual", more: "more crimes a day", fewer: "fewer crimes a day",
  new: "new", gone: "gone",
};

export function choose(models, a, b, on) {
  const pick = (id, label, value, set) => [el("label", {for: id}, label),
    el("select", {id, onchange: e => set(Number(e.target.value))}, models.map(m => el("option", {value: m.model, selected: m.model === value}, `${m.model}: ${span(m.reported)}`)))];
  return el("p", {class: "pair"}, pick("compare-a", "Left", a, v => on(v, b)), pick("compare-b", "Right", b, v => on(a, v)));
}

export function render(holder, models, result, on) {
  const of = n => models.find(m => m.model === n), floor = (name, f, beyond, text) => el("tr", {class: beyond ? "now" : null},
    el("th", {scope: "row"}, name), el("td", {}, f.value.toFixed(3)), el("td", {}, f.floor.toFixed(3)), el("td", {}, text));
  show(holder, el("h2", {}, "Compare"), choose(models, result.a, result.b, on),
    el("p", {class: "answer"}, `Model ${result.a} (${span(of(result.a).reported)}) and model ${result.b} (${span(of(result.b).reported)}): `,
      el("strong", {}, result.verdict + ".")),
    el("table", {class: "tight"}, el("caption", {}, "Area by area, on the same ground. A change counts only beyond its floor, which is what chance alone does"),
      el("thead", {}, el("tr", {}, ["Area", "Share, %", "Crimes a day", "Moved (floor)", "Change"].map(t => el("th", {scope: "col"}, t)))),
      el("tbody", {}, result.clusters.map(c => el("tr", {class: c.verdict === "usual" ? null : "now"},
        el("th", {scope: "row"}, c.a === null ? "" : disc(c.a), c.b === null || c.b === c.a ? "" : ["→", disc(c.b)]),
        el("td", {}, `${fixed1(100 * c.share_a)} → ${fixed1(100 * c.share_b)}`), el("td", {}, `${fixed1(c.per_day_a)} → ${fixed1(c.per_day_b)}`),
        el("td", {}, c.moved_m === null ? "" : `${meters(c.moved_m)} (${meters(c.moved_floor_m)})`), el("td", {}, said[c.verdict] || c.verdict))))),
    el("table", {}, el("caption", {}, "The whole, beside its no-drift floor"),
      el("thead", {}, el("tr", {}, ["Figure", "Value", "Floor", "A change is"].map(t => el("th", {scope: "col"}, t)))),
      el("tbody", {},
        floor("Agreement (ARI)", result.ari, result.ari.value < result.ari.floor, "below the floor"),
        floor("Shift of shares (PSI)", result.psi, result.psi.value > result.psi.floor, "above the floor"),
        floor("Inertia ratio", result.inertia_ratio, result.inertia_ratio.value > result.inertia_ratio.floor, "above the floor"))),
    el("p", {class: "quiet"}, "Crimes a day count reports: a change of reporting looks the same as a change of crime."));
}

export function trouble(holder, models, a, b, on, error) {
  show(holder, el("h2", {}, "Compare"), choose(models, a, b, on), el("p", {class: "problem", role: "alert"}, error.message));
}

export function only(holder, models) {
  show(holder, el("h2", {}, "Compare"), el("p", {class: "quiet"}, models.length ? "There is one model; with the second one they can be compared." : "There is no model yet."));
}
