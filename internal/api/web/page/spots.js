// The spots of a model: where much more was reported than around.
import {countSpot, disc, missingModel} from "./areas.js";
import {el, problem, show} from "./dom.js";
import {color, count, int, meters, num1, percent, plain, reported} from "./format.js";
import {zoomTo} from "./maps.js";

// renderSpots lists the spots of the chosen model, and those that are gone.
export function renderSpots(holder, list, chosen, answer) {
  if (!chosen) return show(holder, missingModel(list));
  if (!answer) return show(holder);
  if (answer.problem) return show(holder, problem(answer.problem));
  const {model, spots, gone, before} = answer;
  show(holder,
    el("h2", {}, `Model ${model.model}: ${count(spots.length, "spot")}`),
    el("p", {class: "quiet"}, `${reported(model)}. A spot is a place where much more was reported than on the ground around it; there are as many as stand out, or none.`),
    spots.length ? null : el("p", {}, "No place stands out."),
    spots.map(s => card(s, before)),
    gone.length ? [el("h3", {}, "No longer"), el("ul", {class: "list"}, gone.map(g => el("li", {}, "✕ ", place(g, `Spot ${g.spot} of model ${before}`), `: ${count(g.crimes_before, "crime")} then, ${int(g.crimes_now)} now`)))] : null);
}

// place leads to where something lies on the map.
const place = (at, text) => el("button", {type: "button", class: "link", onclick: () => zoomTo({centroid: at, radius_m: 1000})}, text);

function card(s, before) {
  const often = c => c.lift >= 1.15 ? ` (${num1(c.lift)} times its share of the batch)` : "";
  return el("article", {class: "card", ...s.cluster !== null && {color: color(s.cluster)}},
    el("h3", {class: "row"}, el("span", {class: "diamond", "aria-hidden": "true"}, s.isNew ? "◆" : "◇"), place(s, `Spot ${s.spot}`),
      s.cluster === null ? null : ["in area", disc(s.cluster)], s.isNew ? el("span", {class: "new"}, "new") : null),
    el("p", {}, `${countSpot(s)}.`),
    s.categories.length ? el("p", {}, "Mostly " + s.categories.slice(0, 3).map(c => `${plain(c.id)} ${percent(c.share)}${often(c)}`).join(", ") + ".") : null,
    before === null ? null : el("p", {class: "quiet-text"}, s.previous ? `${s.previous.moved_m < 100 ? "Stays" : `Moved ${meters(s.previous.moved_m)}`} since model ${before}, where it was spot ${s.previous.spot}.` : `Model ${before} had none here.`));
}
