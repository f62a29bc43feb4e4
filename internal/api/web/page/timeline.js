// All models in a row: the shares of their areas, one column a model.
import {showModel} from "./actions.js";
import {el, problem, show, svg} from "./dom.js";
import {begin, color, count, day, end, int, num2, span} from "./format.js";

const left = 42, right = 26, top = 8, bottom = 180, room = 368 - left - right;

// renderTimeline shows all models, oldest first, and their clusters.
export function renderTimeline(holder, history, shown) {
  if (!history) return show(holder);
  if (history.problem) return show(holder, problem(history.problem));
  const {models, clusters} = history, now = shown?.model;
  if (!models.length) return show(holder, el("p", {class: "quiet"}, "No model is served."));
  show(holder, el("h2", {}, `Timeline of ${count(models.length, "model")}`),
    el("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": "Shares of the areas, model by model"}, chart(models, clusters, now)),
    el("p", {class: "quiet"}, "Share of the crimes in each area, stacked; a number stands for the same area in every model. Shares change by chance, too: Compare says which change is more than chance."),
    el("table", {}, el("thead", {}, el("tr", {}, ["Model", "Reported", "Crimes", "Silhouette"].map(t => el("th", {scope: "col"}, t)))),
      el("tbody", {}, [...models].reverse().map(m => el("tr", {class: m.model === now ? "now" : null},
        el("th", {scope: "row"}, el("button", {type: "button", class: "link", "aria-label": "Model " + m.model, onclick: () => showModel(m.model)}, String(m.model))),
        el("td", {}, span(m)), el("td", {}, int(m.trained)), el("td", {}, m.silhouette === null ? "" : num2(m.silhouette)))))));
  const chartBox = holder.querySelector(".scroll");
  chartBox.scrollLeft = chartBox.scrollWidth; // the newest
}

function chart(models, clusters, now) {
  const wide = Math.max(3, Math.min(56, room / models.length)), gap = wide > 12 ? 2 : wide > 5 ? 1 : 0;
  const w = left + wide * models.length + right, high = bottom - top;
  const middles = []; // of the areas of the last model, where their numbers stand
  const columns = models.map((m, i) => {
    let y = top;
    return svg("g", {class: "column" + (m.model === now ? " now" : ""), onclick: () => showModel(m.model)},
      svg("title", {}, `Model ${m.model}, ${span(m)}`),
      clusters[i].map(c => {
        const tall = high * c.share, at = y;
        y += tall;
        if (i === models.length - 1) middles.push([c.cluster, at + tall / 2, tall]);
        return svg("rect", {x: left + i * wide, width: wide - gap, y: at, height: Math.max(0, tall - 1), fill: color(c.cluster)});
      }),
      m.model === now ? svg("rect", {class: "frame", x: left + i * wide - 1.5, y: top - 3, width: wide - gap + 3, height: high + 5}) : null);
  });
  return svg("svg", {viewBox: `0 0 ${w} ${bottom + 36}`, width: w, height: bottom + 36, role: "img",
    "aria-label": `Shares of the areas in ${count(models.length, "model")}, ${span({reported: {first: begin(models[0]), last: end(models[models.length - 1])}})}`},
  [0, 50, 100].map(v => svg("text", {x: left - 5, y: bottom - high * v / 100 + 4, class: "end"}, v + "\u00a0%")),
  columns,
  middles.filter(m => m[2] > 6).map(([n, y]) => svg("text", {x: w - right + 6, y: y + 4, class: "number"}, String(n))),
  ticks(models, wide));
}

// ticks write the number of a model below its column, and the month in which
// its crimes begin, as often as there is room.
function ticks(models, wide) {
  const every = [1, 2, 5, 10, 20, 50, 100].find(n => n * wide >= 58) || 200, out = [];
  for (let i = 0; i < models.length; i += every) {
    const x = left + i * wide + wide / 2, [date, month, year] = day(begin(models[i])).split(" ");
    out.push(svg("text", {x, y: bottom + 15, class: "mid"}, String(models[i].model)),
      svg("text", {x, y: bottom + 29, class: "mid"}, wide > 50 ? `${date} ${month}` : `${month} ${year}`));
  }
  return out;
}
