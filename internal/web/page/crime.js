// A crime and its way: source line, row, message, batch, and its cluster in
// every model. Or a place that somebody has clicked, and what a model says.
import {el, show} from "./dom.js";
import {disc} from "./areas.js";
import {int, meters, moment, plain, title} from "./words.js";

export function idle(holder) {
  show(holder, el("h2", {}, "A crime"),
    el("p", {class: "quiet"}, "Type an INCIDENT_ID above, or click a point on the map: you see its way from the source line to its area in every model. Click where no crime is, and the model says which area that place would belong to."));
}

export function trouble(holder, error, id) {
  show(holder, el("h2", {}, id ? "Crime " + id : "A crime"), el("p", {class: "problem", role: "alert"}, error.message));
}

export function render(holder, crime, model, on) {
  const unusable = {no_location: "it has no location", out_of_area: "it lies outside of the area that models look at"};
  show(holder,
    el("h2", {}, "Crime " + crime.crime_id),
    crime.offenses.length > 1 ? el("p", {class: "quiet"}, `${crime.offenses.length} offenses, each with its own place and way.`) : null,
    crime.offenses.map(o => el("section", {class: "offense"},
      el("h3", {}, plain(o.offense) || "offense"),
      el("p", {}, `${plain(o.category)}, ${title(o.neighborhood)}. Reported ${moment(o.reported)}` + (o.occurred ? `, first occurred ${moment(o.occurred)}.` : ".")),
      el("ol", {class: "way", "aria-label": "Its way"},
        step("source", o.line === null ? "line not known" : "line " + int(o.line)),
        step("row", int(o.row)),
        step("topic", o.topic + (o.offset === null ? "" : `, partition ${o.partition}, offset ${int(o.offset)}`)),
        step("batch", int(o.batch)),
        step("model", o.reason ? "none" : count(o.clusters))),
      o.reason ? el("p", {}, `No area, because ${unusable[o.reason] || plain(o.reason.replaceAll("_", " "))}.`) :
        el("table", {}, el("caption", {}, "Its area in every model"),
          el("thead", {}, el("tr", {}, ["Model", "Area", "To its mean", "Role"].map(t => el("th", {scope: "col"}, t)))),
          el("tbody", {}, o.clusters.map(c => el("tr", {class: c.model === model ? "now" : null},
            el("th", {scope: "row"}, el("button", {type: "button", class: "linkish", onclick: () => on.model(c.model)}, String(c.model))),
            el("td", {}, c.cluster === null ? "none" : disc(c.cluster)), el("td", {}, c.distance_m === null ? "" : meters(c.distance_m)),
            el("td", {}, c.in_training ? "trained on" : ""))))))),
    el("p", {class: "second", id: "second"}));
}

const step = (name, value) => el("li", {}, el("small", {}, name), el("span", {}, value));
const count = all => all.length + (all.length === 1 ? " model" : " models");

// second says the second choice of the model that is shown.
export function second(answer) {
  const p = document.getElementById("second");
  if (!p) return;
  if (answer.cluster === null) show(p);
  else show(p, `In model ${answer.model}: area ${answer.cluster}, ${meters(answer.distance_m)} from its mean` +
    (answer.second ? `; second choice area ${answer.second.cluster}, ${meters(answer.second.distance_m)}.` : "."));
}

export function predicted(holder, answer) {
  const r = answer.results[0];
  show(holder, el("h2", {}, "A place without a crime"),
    el("p", {}, `${r.lat.toFixed(4)}, ${r.lon.toFixed(4)}`),
    el("p", {class: "answer"}, disc(r.cluster), ` Model ${answer.model} puts it into area ${r.cluster}, ${meters(r.distance_m)} from its mean` +
      (r.second ? `; second choice area ${r.second.cluster}, ${meters(r.second.distance_m)}.` : ".")),
    r.outside_training_range ? el("p", {class: "problem"}, "It lies outside of the ground that the model was trained on: this is only the nearest area.") : null,
    el("p", {class: "quiet"}, "This says which area is nearest. It does not say that a crime is likely here."));
}
