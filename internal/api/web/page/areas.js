// The cards of a model's areas.
import {el, show, svg} from "./dom.js";
import {color, count, fixed1, ink, int, meters, moment, num1, num2, percent, plain, span, title, why} from "./format.js";
import {json} from "./net.js";

export const disc = (n, hidden = false) => el("span", {class: "disc", color: color(n), "data-ink": ink(n), "aria-hidden": hidden && "true"}, String(n));

// render shows the cards. on.light is told which area is pointed at, on.pick
// which is chosen, on.crime which crime is asked for.
export function render(holder, model, clusters, chosen, on) {
  if (!clusters.length) {
    show(holder, el("p", {class: "quiet"}, "Model " + model.model + " has no areas: its batch has too few different places for k = " + model.k + "."));
    return;
  }
  show(holder,
    el("h2", {}, `Model ${model.model}: ${count(clusters.length, "area")}, ${count(model.trained, "crime")}`),
    el("p", {class: "quiet"}, `Reported ${span(model.reported)}, rows ${int(model.first_row)} to ${int(model.last_row)}` +
      (model.silhouette === null ? "." : `. How well they are apart: silhouette ${num2(model.silhouette)} of 1.`)),
    clusters.map(c => card(model, c, c.cluster === chosen, on)));
}

function card(model, c, open, on) {
  const hood = c.neighborhoods[0];
  return el("article", {
    class: "card" + (open ? " open" : ""), color: color(c.cluster), "data-area": c.cluster,
    onpointerenter: () => on.light(c.cluster), onpointerleave: () => on.light(null),
    onfocusin: () => on.light(c.cluster),
  },
  el("h3", {}, el("button", {type: "button", "aria-expanded": String(open), onclick: () => on.pick(open ? null : c.cluster)},
    disc(c.cluster, true), el("span", {}, `Area ${c.cluster}` + (hood ? ` around ${title(hood.id)}` : "")))),
  el("p", {class: "figures"}, el("b", {}, int(c.size)), " crimes · ", el("b", {}, percent(c.share)), ` · ${fixed1(c.crimes_per_day)} a day · radius\u00a0${meters(c.radius_m)}`),
  el("div", {class: "share", "aria-hidden": "true"}, shareBar(c)),
  c.densest ? el("p", {}, el("span", {class: "gem", "aria-hidden": "true"}, "◆"), ` Densest spot: ${count(c.densest.within_500m, "crime")} (${percent(c.densest.share_500m)}) within 500\u00a0m. ` +
    `Half of its crimes lie on ${num1(c.densest.half_km2)}\u00a0km², ${percent(c.densest.largest_place_share)} at one place.`) : null,
  el("p", {class: "why"}, why(c)),
  open ? details(model, c, on) : null);
}

const shareBar = c => svg("svg", {viewBox: "0 0 100 4", preserveAspectRatio: "none"}, svg("rect", {width: 100 * c.share, height: 4, class: "bar"}));

function details(model, c, on) {
  const crimes = el("div", {class: "crimes"});
  return el("div", {},
    c.categories.length ? el("table", {},
      el("caption", {}, "Offenses. Lift: the share here over the share in the whole batch"),
      el("thead", {}, el("tr", {}, ["Category", "Crimes", "Share", "Lift"].map(t => el("th", {scope: "col"}, t)))),
      el("tbody", {}, c.categories.map(o => el("tr", {}, el("th", {scope: "row"}, plain(o.id)), el("td", {}, int(o.count)), el("td", {}, percent(o.share)),
        el("td", {class: o.lift >= 1.15 ? "more" : o.lift <= 0.87 ? "less" : ""}, (o.lift >= 1.15 ? "▲ " : o.lift <= 0.87 ? "▼ " : "") + num2(o.lift)))))) : null,
    c.neighborhoods.length ? el("p", {}, "Most in " + c.neighborhoods.map(n => `${title(n.id)} ${percent(n.share)}`).join(", ") + ".") : null,
    hours(c),
    el("p", {class: "row"},
      el("button", {type: "button", onclick: () => list(crimes, `/models/${model.model}/clusters/${c.cluster}/crimes?limit=20`, on)}, "List its crimes"),
      el("button", {type: "button", onclick: () => on.zoom(c)}, "Zoom to it")),
    crimes);
}

// hours draws the crimes by hour of the first occurrence. Each area has a scale
// of its own, which its axis says: a small one would show no bars on a common one.
function hours(c) {
  const w = 336, h = 82, left = 30, base = 62, step = (w - left) / 24;
  const nice = niceTop(Math.max(...c.hours)), y = v => base - 54 * v / nice;
  const most = c.hours.indexOf(Math.max(...c.hours));
  return el("figure", {},
    svg("svg", {viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": `Crimes by hour of the day; most, ${c.hours[most]}, from ${most} to ${most + 1} h`, class: "hours"},
      [0, nice / 2, nice].map(v => [svg("line", {x1: left, x2: w, y1: y(v), y2: y(v), class: "grid"}), svg("text", {x: left - 4, y: y(v) + 3.5, class: "end"}, num1(v))]),
      c.hours.map((v, i) => svg("rect", {x: left + i * step + 1, width: step - 2, y: y(v), height: base - y(v), class: "bar"}, svg("title", {}, `${i} to ${i + 1} h: ${v}`))),
      [0, 6, 12, 18, 24].map(v => svg("text", {x: Math.min(w - 13, left + v * step), y: h - 3, class: "mid"}, v + " h"))),
    el("figcaption", {}, "Crimes by hour of first occurrence" + (c.hours_unknown ? `; ${int(c.hours_unknown)} without an hour` : "") + "."));
}

function niceTop(v) {
  const p = 10 ** Math.floor(Math.log10(Math.max(1, v)));
  return [1, 2, 4, 5, 10].map(f => f * p).find(t => t >= v && t >= 2) || 2;
}

async function list(holder, path, on) {
  try {
    const page = await json(path);
    show(holder, el("ul", {class: "list"}, page.crimes.map(o => el("li", {},
      el("button", {type: "button", class: "linkish", onclick: () => on.crime(o.crime_id)}, o.crime_id),
      ` ${plain(o.offense)}, ${moment(o.reported)}, ${meters(o.distance_m)} from the mean`))),
    page.next ? el("button", {type: "button", onclick: () => list(holder, page.next, on)}, "The next ones") : null);
  } catch (e) {
    show(holder, el("p", {class: "quiet"}, e.message));
  }
}
