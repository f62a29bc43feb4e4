// Links, downloads and the commands that give what is shown.
import {el, save, show} from "./dom.js";
import {ask, hasToken} from "./net.js";

export function render(holder, model, middle, state) {
  if (!model) {
    show(holder, el("h2", {}, "Files"), el("p", {class: "quiet"}, "There is no model yet."), curl(`${location.origin}/models`), routes());
    return;
  }
  const n = model.model, base = location.origin, said = el("p", {role: "status"});
  const get = (name, path, accept) => el("button", {type: "button", onclick: async () => {
    try {
      save(name, await (await ask(path, {headers: {Accept: accept}})).blob());
      said.textContent = name + " is saved.";
    } catch (e) {
      said.textContent = e.message;
    }
  }}, name);
  const [lon, lat] = state.place || [middle?.lon, middle?.lat];
  const place = lon === undefined ? null : {lon, lat, ...model.features.includes("time") && {hour: 12}};
  const shown = {
    areas: [`${base}/models/${n}/clusters`],
    crime: state.crime ? [`${base}/crimes/${state.crime}`, `${base}/model${n}/${state.crime}/cluster`] : [],
    compare: state.a && state.b ? [`${base}/models/${state.a}/compare/${state.b}`] : [],
  };
  show(holder,
    el("h2", {}, "Files"),
    el("p", {class: "row"},
      get(`model-${n}-points.csv`, `/models/${n}/points`, "text/csv"),
      get(`model-${n}.geojson`, `/models/${n}.geojson`, "application/geo+json, application/json"),
      get(`model-${n}-areas.json`, `/models/${n}/clusters`, "application/json")),
    said,
    el("p", {}, hasToken() ? get(`model-${n}-report.html`, `/report/${n}`, "text/html") : // a link sends no token
      el("a", {href: `/report/${n}`}, `Sheet to print of model ${n}`)),
    el("h3", {}, "This view"),
    el("p", {class: "row"}, el("button", {type: "button", onclick: async () => {
      try {
        await navigator.clipboard.writeText(location.href);
        said.textContent = "The link is copied.";
      } catch {
        said.textContent = "The browser does not let the page copy; the link is in its address bar.";
      }
    }}, "Copy the link")),
    el("h3", {}, "The same with curl"),
    [`${base}/models`, ...shown.areas, ...shown.crime, ...shown.compare].map(curl),
    place ? command(`curl -s -H 'Content-Type: application/json' -d '${JSON.stringify(place)}' ${base}/models/${n}/predict`) : null,
    routes(),
    hasToken() ? el("p", {class: "quiet"}, "TOKEN stands for the word in the server's --token-file.") : null,
    el("p", {class: "quiet"}, `Model ${n} says its name in six words: ${model.name}.`));
}

// routes leads to the description of all routes.
const routes = () => hasToken() ? curl(`${location.origin}/openapi.json`) : // a link sends no token
  el("p", {}, el("a", {href: "/docs"}, "All routes of the API"), ", with examples and a form to ask each.");

const curl = url => command(`curl -s ${/[?&#;\s]/.test(url) ? `'${url}'` : url}`);
const command = text => el("pre", {tabindex: "0"}, hasToken() ? text.replace("curl -s", "curl -s -H 'Authorization: Bearer TOKEN'") : text);
