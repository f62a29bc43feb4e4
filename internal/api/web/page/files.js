// Links, downloads and the commands that give what is shown.
import {missingModel} from "./areas.js";
import {el, problem, save, show} from "./dom.js";
import {ask, hasToken, urlOf} from "./server.js";

// renderFiles offers what there is of the model, and the commands for what is
// looked up (a crime, a place) and compared (a, b).
export function renderFiles(holder, list, model, areas, crime, place, a, b) {
  if (!model) return show(holder, missingModel(list));
  if (areas?.problem) return show(holder, problem(areas.problem));
  const n = model.model, said = el("p", {role: "status"});
  const get = (name, path, accept) => el("button", {type: "button", onclick: async () => {
    try {
      save(name, await (await ask(path, {headers: {Accept: accept}})).blob());
      said.textContent = name + " is saved.";
    } catch (e) {
      said.textContent = e.message;
    }
  }}, name);
  const middle = areas?.clusters[0]?.centroid, [lon, lat] = place || [middle?.lon, middle?.lat];
  const question = {lon, lat, ...model.features.includes("time") && {hour: 12}};
  const paths = ["/models", `/models/${n}/clusters`, `/models/${n}/spots`, `/models/${n}/changes?past=8`, ...crime ? [`/crimes/${crime}`, `/model${n}/${crime}/cluster`] : [], ...a ? [`/models/${a}/compare/${b}`] : []];
  show(holder,
    el("h2", {}, "Files"),
    el("p", {class: "row"},
      get(`model-${n}-points.csv`, `/models/${n}/points`, "text/csv"),
      get(`model-${n}.geojson`, `/models/${n}.geojson`, "application/geo+json, application/json"),
      get(`model-${n}-spots.geojson`, `/models/${n}/spots.geojson`, "application/geo+json, application/json"),
      get(`model-${n}-areas.json`, `/models/${n}/clusters`, "application/json")),
    said,
    el("p", {}, hasToken() ? get(`model-${n}-report.html`, `/report/${n}`, "text/html") : // a link sends no token
      el("a", {href: urlOf(`/report/${n}`)}, `Printable report of model ${n}`)),
    el("h3", {}, "This view"),
    el("p", {class: "row"}, el("button", {type: "button", onclick: async () => {
      try {
        await navigator.clipboard.writeText(location.href);
        said.textContent = "The link is copied.";
      } catch {
        said.textContent = "The browser does not allow the page to copy. The link is in the address bar.";
      }
    }}, "Copy the link")),
    el("h3", {}, "The same with curl"),
    paths.map(path => curl(urlOf(path))),
    lon === undefined ? null : command(`curl -s -H 'Content-Type: application/json' -d '${JSON.stringify(question)}' ${urlOf(`/models/${n}/predict`)}`),
    routes(),
    hasToken() ? el("p", {class: "quiet"}, "TOKEN stands for the word in the server's --token-file.") : null,
    el("p", {class: "quiet"}, `The name of model ${n}, in six words: ${model.name}.`));
}

// routes leads to the description of all routes.
const routes = () => hasToken() ? curl(urlOf("/openapi.json")) : // a link sends no token
  el("p", {}, el("a", {href: urlOf("/docs")}, "All routes of the API"), ", with examples and a form to try each.");

const curl = url => command(`curl -s ${/[?&#;\s]/.test(url) ? `'${url}'` : url}`);
const command = text => el("pre", {tabindex: "0"}, hasToken() ? text.replace("curl -s", "curl -s -H 'Authorization: Bearer TOKEN'") : text);
