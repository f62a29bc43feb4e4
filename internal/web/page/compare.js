// Two models side by side, in words and figures, and all models in a row.
import {el, show, svg} from "./dom.js";
import {disc} from "./areas.js";
import {color, int, meters, num1, num2, percent, span} from "./words.js";

const said = {
  usual: "within the usual ups and downs", more: "more crimes a day", fewer: "fewer crimes a day",
  new: "new", gone: "gone",
};

export function choose(models, a, b, on) {
  const pick = (id, label, value, set) => [el("label", {for: id}, label),
    el("select", {id, onchange: e => set(Number(e.target.value))}, models.map(m => el("option", {value: m.model, selected: m.model === value}, `${m.model}: ${span(m.reported)}`)))];
  return el("p", {class: "row"}, pick("compare-a", "Left", a, v => on(v, b)), pick("compare-b", "Right", b, v => on(a, v)));
}

export function render(holder, models, result, on) {
  const of = n => models.find(m => m.model === n), floor = (name, f, beyond, text) => el("tr", {class: beyond ? "now" : null},
    el("th", {scope: "row"}, name), el("td", {}, f.value.toFixed(3)), el("td", {}, f.floor.toFixed(3)), el("td", {}, text));
  show(holder, el("h2", {}, "Compare"), choose(models, result.a, result.b, on),
    el("p", {class: "answer"}, `Model ${result.a} (${span(of(result.a).reported)}) and model ${result.b} (${span(of(result.b).reported)}): `,
      el("strong", {}, result.verdict + ".")),
    el("table", {}, el("caption", {}, "Each area on the same ground; a change counts only beyond its floor, the most that chance alone does"),
      el("thead", {}, el("tr", {}, ["Area", "Share", "A day", "Moved (floor)", "Verdict"].map(t => el("th", {scope: "col"}, t)))),
      el("tbody", {}, result.clusters.map(c => el("tr", {class: c.verdict === "usual" ? null : "now"},
        el("th", {scope: "row"}, c.a === null ? "" : disc(c.a), c.b === null || c.b === c.a ? "" : ["→", disc(c.b)]),
        el("td", {}, `${percent(c.share_a)} → ${percent(c.share_b)}`), el("td", {}, `${num1(c.per_day_a)} → ${num1(c.per_day_b)}`),
        el("td", {}, c.moved_m === null ? "" : `${meters(c.moved_m)} (${meters(c.moved_floor_m)})`), el("td", {}, said[c.verdict] || c.verdict))))),
    el("table", {}, el("caption", {}, "The whole, beside its no-drift floor"),
      el("thead", {}, el("tr", {}, ["Figure", "Value", "Floor", "Outside when"].map(t => el("th", {scope: "col"}, t)))),
      el("tbody", {},
        floor("Agreement (ARI)", result.ari, result.ari.value < result.ari.floor, "below"),
        floor("Shift of shares (PSI)", result.psi, result.psi.value > result.psi.floor, "above"),
        floor("Inertia ratio", result.inertia_ratio, result.inertia_ratio.value > result.inertia_ratio.floor, "above"))),
    el("p", {class: "quiet"}, "Crimes a day count reports: a change of reporting looks the same as a change of crime."));
}

export function only(holder, models) {
  show(holder, el("h2", {}, "Compare"), el("p", {class: "quiet"}, models.length ? "There is one model; with the second one they can be compared." : "There is no model yet."));
}

// timeline shows the shares of the areas of every model, one column a model.
export function timeline(holder, models, all, now, on) {
  if (!models.length) {
    show(holder, el("h2", {}, "Timeline"), el("p", {class: "quiet"}, "There is no model yet."));
    return;
  }
  const wide = Math.max(14, Math.min(56, 340 / models.length)), h = 180, w = wide * models.length + 42;
  const columns = models.map((m, i) => {
    let y = 8;
    return svg("g", {class: "column" + (m.model === now ? " now" : ""), onclick: () => on(m.model)},
      svg("title", {}, `Model ${m.model}, ${span(m.reported)}`),
      all[i].clusters.map(c => {
        const tall = (h - 8) * c.share, at = y;
        y += tall;
        return [svg("rect", {x: 42 + i * wide + 1, width: wide - 2, y: at, height: Math.max(0, tall - 1), fill: color(c.cluster)}),
          wide >= 24 && tall > 16 ? svg("text", {x: 42 + i * wide + wide / 2, y: at + tall / 2 + 4, class: "mid on", "data-cluster": c.cluster % 8}, String(c.cluster)) : null];
      }),
      svg("text", {x: 42 + i * wide + wide / 2, y: h + 15, class: "mid"}, wide >= 18 || i % 5 === 0 ? String(m.model) : ""));
  });
  show(holder, el("h2", {}, "Timeline"),
    el("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": "Shares of the areas, model by model"},
      svg("svg", {viewBox: `0 0 ${w} ${h + 22}`, width: w, height: h + 22, role: "img", "aria-label": "Shares of the areas in every model"},
        [0, 0.5, 1].map(v => svg("text", {x: 38, y: 12 + (h - 8) * v, class: "end"}, percent(1 - v))), columns)),
    el("p", {class: "quiet"}, "Share of the crimes in each area, stacked; a number stands for the same area in every model. Shares move by chance, too: Compare says what lies beyond it."),
    el("table", {}, el("thead", {}, el("tr", {}, ["Model", "Reported", "Crimes", "Silhouette"].map(t => el("th", {scope: "col"}, t)))),
      el("tbody", {}, models.map(m => el("tr", {class: m.model === now ? "now" : null},
        el("th", {scope: "row"}, el("button", {type: "button", class: "linkish", onclick: () => on(m.model)}, String(m.model))),
        el("td", {}, span(m.reported)), el("td", {}, int(m.trained)), el("td", {}, m.silhouette === null ? "" : num2(m.silhouette)))))));
}
