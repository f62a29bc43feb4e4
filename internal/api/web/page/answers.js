// The answers that the state needs: each is asked for as soon as the state
// names it, and becomes a part of the state when it has come.
import {ask, askJSON, askOnce, clustersOf, pointsOf, retryAfter, spotsOf} from "./server.js";
import {change, compared, entry, observe, shownModel, state} from "./state.js";

// keepAnswers begins to ask.
export function keepAnswers() {
  const onMap = async (_, m) => ({model: m.model, clusters: await clustersOf(m.model), points: await pointsOf(m.model), ...await spotsOf(m.model)});
  const trained = m => m?.status === "untrainable" ? null : m; // it has no points; the map keeps those of before
  follow("areas", () => [state.models, shownModel()], async (_, m) => ({model: m, clusters: await clustersOf(m.model), ...await spotsOf(m.model)}));
  follow("left", () => [state.models, trained(compared() ? entry(compared().a) : shownModel())], onMap);
  follow("right", () => [state.models, trained(entry(compared()?.b))], onMap);
  // A map without a backdrop is still a map: only a server that has just
  // started and still reads is asked again.
  follow("backdrop", () => [state.models, shownModel()], () => askOnce("/ground"));
  follow("comparison", () => [state.models, compared()?.a, compared()?.b], (_, a, b) => askOnce(`/models/${a}/compare/${b}`));
  follow("changes", () => [state.models, state.tab === "compare" && !compared() ? shownModel() : null], (_, m) => askOnce(`/models/${m.model}/changes?past=8`));
  follow("history", () => [state.tab === "timeline" ? state.models : null],
    async ({models}) => ({models, clusters: await Promise.all(models.map(m => clustersOf(m.model)))}));
  follow("lookup", () => [state.models, state.tab === "crime" || null, state.crime ?? "", state.place ?? "", state.hour, shownModel()?.model ?? "", state.lookups], lookUp);
}

// follow keeps state[name] at the answer to what select takes from the state.
// While one of these is missing nothing is asked, and the last answer stays.
function follow(name, select, question) {
  let turn = 0, timer = 0;
  const update = async (...inputs) => {
    const mine = ++turn;
    clearTimeout(timer);
    if (inputs.some(v => v === null || v === undefined)) return;
    let answer;
    try {
      answer = await question(...inputs);
    } catch (problem) {
      answer = {problem};
    }
    if (mine !== turn) return; // the state has gone on
    change({[name]: answer});
    if (answer?.problem?.status === 401) change({tokenWanted: true});
    if (answer?.problem?.type === "loading") timer = setTimeout(update, retryAfter, ...inputs);
  };
  observe(select, update);
}

// lookUp asks about a crime by its id or the city's own, or which area a model gives to a place.
async function lookUp(_models, _tab, crime, place, hour, n) {
  if (crime && !/^\d+$/.test(crime)) return {crime: (await askJSON("/crimes?ref=" + encodeURIComponent(crime))).crimes[0]};
  if (crime) return {crime: await askJSON("/crimes/" + encodeURIComponent(crime))};
  if (!place || !n) return null;
  const model = entry(n), at = {lon: place[0], lat: place[1], ...model.features.includes("time") && {hour}};
  const r = await ask(`/models/${n}/predict`, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({locations: [at]})});
  return {model, place: (await r.json()).results[0]};
}
