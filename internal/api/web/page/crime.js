// A crime and its way: source line, row, message, batch, and its cluster in
// every model. Or a place that somebody has clicked, and what a model says.
import {el, show} from "./dom.js";
import {disc} from "./areas.js";
import {count, int, meters, moment, plain, span, title} from "./format.js";

export function idle(holder) {
  show(holder, el("h2", {}, "A crime"),
    el("p", {class: "quiet"}, "Type an INCIDENT_ID above, or click a point on the map: you see its way from the source line to its area in every model. Click where no crime is, and the model says which area that place would belong to."));
}

export function trouble(holder, error, id) {
  show(holder, el("h2", {}, id ? "Crime " + id : "A crime"), el("p", {class: "problem", role: "alert"}, error.message));
}

// render shows a crime; m is the model that is shown, null without one, and
// entry gives any model of the list.
export function render(holder, crime, m, entry, on) {
  const n = crime.offenses.length;
  show(holder, el("h2", {}, "Crime " + crime.crime_id),
    n > 1 ? el("p", {class: "quiet"}, `${n} offenses in one incident, each with its own row and way.`) : null,
    crime.offenses.map(o => el("section", {class: "offense"},
      el("h3", {}, sentence(plain(o.offense) || "offense")),
      el("p", {}, `${sentence(plain(o.category))}, ${title(o.neighborhood)}. Reported ${moment(o.reported)}` + (o.occurred ? `, first occurred ${moment(o.occurred)}.` : ".")),
      m && !o.reason ? now(o, m) : null,
      way(o),
      o.reason ? el("p", {}, `No area, because ${unusable[o.reason] || plain(o.reason.replaceAll("_", " "))}.`) : o.clusters.length ? inEvery(o, m, entry, on) : null)));
}

const unusable = {no_location: "it has no location", out_of_area: "it lies outside of the area that models look at", untrainable: "the model has none"};
const sentence = text => text.charAt(0).toUpperCase() + text.slice(1);

// now says what the model that is shown says.
function now(o, m) {
  const c = o.clusters.find(c => c.model === m.model);
  return c && c.cluster !== null ? el("p", {class: "answer"}, disc(c.cluster), ` Model ${m.model} (${span(m.reported)}): area ${c.cluster}, ${choice(c)}`) : null;
}

const choice = c => `${meters(c.distance_m)} from its mean` + (c.second ? `; second choice area ${c.second.cluster}, ${meters(c.second.distance_m)}.` : ".");

const way = o => el("ol", {class: "way", "aria-label": "Its way"},
  step("source", o.line === null ? "line not known" : "line " + int(o.line)),
  step("row", int(o.row)),
  step("topic", o.topic + (o.offset === null ? "" : `, partition ${o.partition}, offset ${int(o.offset)}`)),
  step("batch", int(o.batch)),
  step("models", o.reason ? "none" : o.clusters.length ? count(o.clusters.length, "model") + ", below" : "none yet"));

const step = (name, value) => el("li", {}, el("small", {}, name), " ", el("span", {}, value));

// inEvery is the table of its areas; a long one is folded.
function inEvery(o, m, entry, on) {
  const table = el("table", {},
    el("thead", {}, el("tr", {}, ["Model", "Area", "To its mean", "Second choice"].map(t => el("th", {scope: "col"}, t)))),
    el("tbody", {}, o.clusters.map(c => el("tr", {class: c.model === m?.model ? "now" : null},
      el("th", {scope: "row"}, el("button", {type: "button", class: "linkish", "aria-label": "Model " + c.model, onclick: () => on.model(c.model)}, String(c.model)),
        el("small", {}, entry(c.model) ? span(entry(c.model).reported) : "", c.in_training ? ", trained on" : "")),
      el("td", {}, c.cluster === null ? "none" : disc(c.cluster)), el("td", {}, c.distance_m === null ? "" : meters(c.distance_m)),
      el("td", {}, c.second ? [disc(c.second.cluster), " ", meters(c.second.distance_m)] : "")))));
  return el("details", {open: o.clusters.length <= 8}, el("summary", {}, `Its area in ${o.clusters.length > 1 ? "all " : ""}${count(o.clusters.length, "model")}`), table);
}

// predicted shows what a model says of a place. hour is null for models that
// do not ask for it; again is told another one.
export function predicted(holder, m, r, hour, again) {
  show(holder, el("h2", {}, "A place without a crime"),
    el("p", {}, `Latitude ${r.lat.toFixed(4)}, longitude ${r.lon.toFixed(4)}`),
    hour === null ? null : el("p", {class: "row"}, el("label", {for: "hour"}, "Hour"),
      el("select", {id: "hour", onchange: e => again(Number(e.target.value))},
        Array.from({length: 24}, (_, h) => el("option", {value: h, selected: h === hour}, `${h} to ${h + 1} h`)))),
    el("p", {class: "answer"}, disc(r.cluster), ` Model ${m.model} (${span(m.reported)}) puts it into area ${r.cluster}, ${choice(r)}`),
    r.outside_training_range ? el("p", {class: "problem"}, "It lies outside of the ground that the model was trained on: this is only the nearest area.") : null,
    el("p", {class: "quiet"}, "This says which area is nearest. It does not say that a crime is likely here."));
}
