// The cards of a model's areas.
import {findCrime, listCrimes, pointAt, toggleArea} from "./actions.js";
import {el, problem, show, svg} from "./dom.js";
import {color, count, fixed1, ink, int, meters, moment, noAreas, num1, num2, percent, plain, reported, title} from "./format.js";
import {zoomTo} from "./maps.js";

export const disc = (n, hidden = false) => el("span", {class: "disc", color: color(n), "data-ink": ink(n), "aria-hidden": hidden && "true"}, String(n));

// missingModel is what a tab shows when there is no model to show.
export const missingModel = ({models}) => el("p", {class: "quiet"}, models.length ? "There is no such model." : "No model is served.");

// countSpot says how much a spot has, beside what surrounds it.
export const countSpot = s => `${count(s.crimes, "crime")} within ${meters(s.radius_m)}, ` +
  (s.expected < 1 ? `${s.expected ? "hardly any" : "none"} around it` : `${num1(s.ratio)} times as many as around it (${num1(s.expected)} on as much ground)`);

// renderAreas shows a card for each area. answer is the model and its clusters,
// open the number of the area whose card is open, crimes the list in it.
export function renderAreas(holder, list, chosen, answer, open, crimes) {
  if (!chosen) return show(holder, missingModel(list));
  if (!answer) return show(holder);
  if (answer.problem) return show(holder, problem(answer.problem));
  const {model, clusters, spots} = answer;
  if (!clusters.length) return show(holder, el("p", {class: "quiet"}, noAreas(model)));
  show(holder,
    el("h2", {}, `Model ${model.model}: ${count(clusters.length, "area")}, ${count(model.trained, "crime")}`),
    el("p", {class: "quiet"}, `${reported(model)}, rows ${int(model.first_row)} to ${int(model.last_row)}.` +
      (model.silhouette === null ? "" : ` How well the areas are separated: a silhouette of ${num2(model.silhouette)}, at most 1.`)),
    clusters.map(c => card(model, c, spots.filter(s => s.cluster === c.cluster), c.cluster === open, crimes)));
}

// highlightCard brings out the card of an area, none with null.
export function highlightCard(holder, area) {
  for (const card of holder.querySelectorAll(".card")) card.classList.toggle("highlighted", Number(card.dataset.area) === area);
}

function card(model, c, spots, open, crimes) {
  const hood = c.neighborhoods[0], n = c.cluster;
  return el("article", {
    class: "card" + (open ? " open" : ""), color: color(n), "data-area": n,
    onpointerenter: () => pointAt(n), onpointerleave: () => pointAt(null), onfocusin: () => pointAt(n),
  },
  el("h3", {}, el("button", {type: "button", id: "area-" + n, "aria-expanded": String(open), onclick: () => toggleArea(n)},
    disc(n, true), el("span", {}, `Area ${n}` + (hood ? ` around ${title(hood.id)}` : "")))),
  el("p", {class: "figures"}, el("b", {}, int(c.size)), " crimes · ", el("b", {}, percent(c.share)), ` · ${fixed1(c.crimes_per_day)} a day · radius\u00a0${meters(c.radius_m)}`),
  el("div", {class: "share", "aria-hidden": "true"}, svg("svg", {viewBox: "0 0 100 4", preserveAspectRatio: "none"}, svg("rect", {width: 100 * c.share, height: 4, class: "bar"}))),
  spots.length ? spots.map(s => el("p", {}, el("span", {class: "diamond", "aria-hidden": "true"}, s.isNew ? "◆" : "◇"), ` Spot ${s.spot}`, s.isNew ? " (new)" : "", `: ${countSpot(s)}.`)) :
    el("p", {class: "quiet-text"}, "No place in it stands out."),
  el("p", {class: "quiet-text"}, describeArea(c)),
  open ? details(model, c, crimes) : null);
}

// describeArea says what marks an area, from its numbers alone.
function describeArea(c) {
  const said = [], at = c.neighborhoods.slice(0, 2).map(n => `${title(n.id)} (${percent(n.share)})`);
  if (at.length === 1 && c.neighborhoods[0].share > 0.995) said.push(`all of its crimes lie in ${title(c.neighborhoods[0].id)}`);
  else if (at.length) said.push(`${at.join(" and ")} ${at.length > 1 ? "have" : "has"} the most of its crimes`);
  const more = c.categories.filter(o => o.lift >= 1.15).sort((a, b) => b.lift - a.lift)[0];
  if (more) said.push(`“${plain(more.id)}” is ${num2(more.lift)} times as frequent here as in the whole batch`);
  else if (c.categories.length) said.push("its offenses are mixed much like those of the whole batch");
  return said.length ? "Why: " + said.join("; ") + "." : "";
}

function details(model, c, crimes) {
  return el("div", {},
    c.categories.length ? offenses(c.categories) : null,
    c.neighborhoods.length ? el("p", {}, "Most in " + c.neighborhoods.map(n => `${title(n.id)} ${percent(n.share)}`).join(", ") + ".") : null,
    hours(c),
    el("p", {class: "row"},
      el("button", {type: "button", id: "list-crimes", onclick: () => listCrimes(model.model, c.cluster)}, "List its crimes"),
      el("button", {type: "button", id: "zoom-to", onclick: () => zoomTo(c)}, "Zoom to it")),
    crimes ? crimeList(model, c, crimes) : null);
}

function offenses(categories) {
  const mark = lift => lift >= 1.15 ? "▲ " : lift <= 0.87 ? "▼ " : "";
  return el("table", {},
    el("caption", {}, "Offenses. Lift is the share here divided by the share in the whole batch."),
    el("thead", {}, el("tr", {}, ["Category", "Crimes", "Share", "Lift"].map(t => el("th", {scope: "col"}, t)))),
    el("tbody", {}, categories.map(o => el("tr", {}, el("th", {scope: "row"}, plain(o.id)), el("td", {}, int(o.count)), el("td", {}, percent(o.share)),
      el("td", {class: o.lift >= 1.15 ? "more" : ""}, mark(o.lift) + num2(o.lift))))));
}

// hours draws the crimes by hour, as they can have happened. Each area has a scale
// of its own, which its axis says: a small one would show no bars on a common one.
function hours(c) {
  const w = 336, h = 82, left = 30, base = 62, step = (w - left) / 24;
  const max = Math.max(...c.hours), top = roundUp(max), y = v => base - 54 * v / top, most = c.hours.indexOf(max);
  return el("figure", {},
    svg("svg", {viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": `Crimes by hour of the day; the most, ${num1(max)}, between ${most} and ${most + 1} h`, class: "hours"},
      [0, top / 2, top].map(v => [svg("line", {x1: left, x2: w, y1: y(v), y2: y(v), class: "grid"}), svg("text", {x: left - 4, y: y(v) + 3.5, class: "end"}, num1(v))]),
      c.hours.map((v, i) => svg("rect", {x: left + i * step + 1, width: step - 2, y: y(v), height: base - y(v), class: "bar"}, svg("title", {}, `${i} to ${i + 1} h: ${num1(v)}`))),
      [0, 6, 12, 18, 24].map(v => svg("text", {x: Math.min(w - 13, left + v * step), y: h - 3, class: "mid"}, v + " h"))),
    el("figcaption", {}, `Crimes by hour: the hour is known for ${percent(c.hours_known / c.size)} of its crimes; ` +
      "the others are spread over the time in which they can have happened" + (c.hours_unknown ? `, but ${int(c.hours_unknown)} that can have happened at any hour` : "") + "."));
}

// roundUp is the top of an axis for values up to v.
function roundUp(v) {
  const p = 10 ** Math.floor(Math.log10(Math.max(1, v)));
  return [1, 2, 4, 5, 10].map(f => f * p).find(t => t >= v && t >= 2) || 2;
}

function crimeList(model, c, page) {
  if (page.problem) return problem(page.problem);
  return el("div", {class: "crimes"},
    el("ul", {class: "list"}, page.crimes.map(o => el("li", {},
      el("button", {type: "button", class: "link", onclick: () => findCrime(o.crime_id)}, o.crime_id),
      ` ${plain(o.offense)}, ${moment(o.reported)}, ${meters(o.distance_m)} from the mean`))),
    page.next ? el("button", {type: "button", id: "next-crimes", onclick: () => listCrimes(model.model, c.cluster, page.next)}, "Show the next ones") : null);
}
