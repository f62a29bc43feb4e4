// All models in a row: the shares of their areas, one column a model.
import {el, show, svg} from "./dom.js";
import {color, count, int, num2, span} from "./format.js";

const left = 42, right = 26, top = 8, bottom = 180, room = 368 - left - right;

// timeline shows models, oldest first; all are their clusters. on is told the
// model that is chosen.
export function timeline(holder, models, all, now, on) {
  show(holder, el("h2", {}, `Timeline of ${count(models.length, "model")}`),
    el("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": "Shares of the areas, model by model"}, chart(models, all, now, on)),
    el("p", {class: "quiet"}, "Share of the crimes in each area, stacked; a number stands for the same area in every model. Shares move by chance, too: Compare says what lies beyond it."),
    el("table", {}, el("thead", {}, el("tr", {}, ["Model", "Reported", "Crimes", "Silhouette"].map(t => el("th", {scope: "col"}, t)))),
      el("tbody", {}, [...models].reverse().map(m => el("tr", {class: m.model === now ? "now" : null},
        el("th", {scope: "row"}, el("button", {type: "button", class: "linkish", "aria-label": "Model " + m.model, onclick: () => on(m.model)}, String(m.model))),
        el("td", {}, span(m.reported)), el("td", {}, int(m.trained)), el("td", {}, m.silhouette === null ? "" : num2(m.silhouette)))))));
  const scroll = holder.querySelector(".scroll");
  scroll.scrollLeft = scroll.scrollWidth; // the newest
}

function chart(models, all, now, on) {
  const wide = Math.max(3, Math.min(56, room / models.length)), gap = wide > 12 ? 2 : wide > 5 ? 1 : 0;
  const w = left + wide * models.length + right, high = bottom - top;
  const middles = []; // of the areas of the last model, where their numbers stand
  const columns = models.map((m, i) => {
    let y = top;
    return svg("g", {class: "column" + (m.model === now ? " now" : ""), onclick: () => on(m.model)},
      svg("title", {}, `Model ${m.model}, ${span(m.reported)}`),
      all[i].clusters.map(c => {
        const tall = high * c.share, at = y;
        y += tall;
        if (i === models.length - 1) middles.push([c.cluster, at + tall / 2, tall]);
        return svg("rect", {x: left + i * wide, width: wide - gap, y: at, height: Math.max(0, tall - 1), fill: color(c.cluster)});
      }),
      m.model === now ? svg("rect", {class: "frame", x: left + i * wide - 1.5, y: top - 3, width: wide - gap + 3, height: high + 5}) : null);
  });
  return svg("svg", {viewBox: `0 0 ${w} ${bottom + 36}`, width: w, height: bottom + 36, role: "img",
    "aria-label": `Shares of the areas in ${count(models.length, "model")}, ${span({first: models[0].reported.first, last: models[models.length - 1].reported.last})}`},
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
    const x = left + i * wide + wide / 2, [day, month, year] = span({first: models[i].reported.first, last: models[i].reported.first}).split(" ");
    out.push(svg("text", {x, y: bottom + 15, class: "mid"}, String(models[i].model)),
      svg("text", {x, y: bottom + 29, class: "mid"}, wide > 50 && day ? `${day} ${month}` : `${month} ${year}`));
  }
  return out;
}
