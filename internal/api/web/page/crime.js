// A crime and its way: source line, row, message, batch, and its area in every
// model. Or a place that somebody has clicked, and what a model says of it.
import {setHour, showModel} from "./actions.js";
import {disc} from "./areas.js";
import {$, el, problem, show} from "./dom.js";
import {count, int, meters, moment, plain, sentence, span, title} from "./format.js";
import {entry, state} from "./state.js";

let revealed = 0; // lookups

// renderCrime shows what was looked up; model is the one that is shown,
// undefined without one.
export function renderCrime(holder, _, lookup, model, hour) {
  if (!lookup) {
    return show(holder, el("h2", {}, "A crime"), el("p", {class: "quiet"}, "Type an INCIDENT_ID above, or click a point on the map: you see the crime's way from the source line to its area in every model. " +
      "Click where no crime is, and the model says to which area that place belongs."));
  }
  if (lookup.problem) show(holder, el("h2", {}, state.crime ? "Crime " + state.crime : "A crime"), problem(lookup.problem));
  else if (lookup.crime) show(holder, crimeWay(lookup.crime, model));
  else show(holder, placeAnswer(lookup.model, lookup.place, hour));
  if (state.lookups === revealed) return;
  revealed = state.lookups;
  if (matchMedia("(max-width: 800px)").matches) $("panel").scrollIntoView(); // it is below the map there
}

function crimeWay({crime_id, offenses}, model) {
  return [el("h2", {}, "Crime " + crime_id),
    offenses.length > 1 ? el("p", {class: "quiet"}, `${offenses.length} offenses in one incident, each with its own row and way.`) : null,
    offenses.map(o => el("section", {class: "offense"},
      el("h3", {}, sentence(plain(o.offense) || "offense")),
      el("p", {}, `${sentence(plain(o.category))}, ${title(o.neighborhood)}. Reported ${moment(o.reported)}` + (o.occurred ? `, first occurred ${moment(o.occurred)}.` : ".")),
      model && !o.reason ? areaNow(o, model) : null,
      el("ol", {class: "way", "aria-label": "Its way"},
        step("source", o.line === null ? "line not known" : "line " + int(o.line)),
        step("row", int(o.row)),
        step("topic", o.topic + (o.offset === null ? "" : `, partition ${o.partition}, offset ${int(o.offset)}`)),
        step("batch", int(o.batch)),
        step("models", o.reason ? "none" : o.clusters.length ? count(o.clusters.length, "model") + ", below" : "none yet")),
      o.reason ? el("p", {}, `It has no area, because ${reasons[o.reason] || plain(o.reason.replaceAll("_", " "))}.`) : o.clusters.length ? areasInAllModels(o, model) : null))];
}

const reasons = {no_location: "it has no location", out_of_area: "it lies outside of what the models look at", untrainable: "the model has no areas"};

const step = (name, value) => el("li", {}, el("small", {}, name), " ", el("span", {}, value));

function areaNow(o, model) {
  const c = o.clusters.find(c => c.model === model.model);
  return c && c.cluster !== null ? el("p", {class: "answer"}, disc(c.cluster), ` Model ${model.model} (${span(model)}): area ${c.cluster}, ${distances(c)}`) : null;
}

const distances = c => `${meters(c.distance_m)} from its mean` + (c.second ? `; the second choice is area ${c.second.cluster}, ${meters(c.second.distance_m)}.` : ".");

function areasInAllModels(o, model) {
  const table = el("table", {},
    el("thead", {}, el("tr", {}, ["Model", "Area", "To its mean", "Second choice"].map(t => el("th", {scope: "col"}, t)))),
    el("tbody", {}, o.clusters.map(c => el("tr", {class: c.model === model?.model ? "now" : null},
      el("th", {scope: "row"}, el("button", {type: "button", class: "link", "aria-label": "Model " + c.model, onclick: () => showModel(c.model)}, String(c.model)),
        el("small", {}, entry(c.model) ? span(entry(c.model)) : "", c.in_training ? ", trained on it" : "")),
      el("td", {}, c.cluster === null ? "none" : disc(c.cluster)), el("td", {}, c.distance_m === null ? "" : meters(c.distance_m)),
      el("td", {}, c.second ? [disc(c.second.cluster), " ", meters(c.second.distance_m)] : "")))));
  return el("details", {open: o.clusters.length <= 8}, el("summary", {}, `Its area in ${o.clusters.length > 1 ? "all " : ""}${count(o.clusters.length, "model")}`), table);
}

// placeAnswer is what a model says of a place, at an hour where it asks for one.
function placeAnswer(model, r, hour) {
  return [el("h2", {}, "A place without a crime"),
    el("p", {}, `Latitude ${r.lat.toFixed(4)}, longitude ${r.lon.toFixed(4)}`),
    model.features.includes("time") ? el("p", {class: "row"}, el("label", {for: "hour"}, "Hour"),
      el("select", {id: "hour", onchange: e => setHour(Number(e.target.value))},
        Array.from({length: 24}, (_, h) => el("option", {value: h, selected: h === hour}, `${h} to ${h + 1} h`)))) : null,
    el("p", {class: "answer"}, disc(r.cluster), ` Model ${model.model} (${span(model)}) puts it into area ${r.cluster}, ${distances(r)}`),
    r.outside_training_range ? el("p", {class: "problem"}, "It lies outside of the box of the city that the model was trained in: this is only the nearest area.") : null,
    el("p", {class: "quiet"}, "This says which area is nearest. It does not say that a crime is likely here.")];
}
