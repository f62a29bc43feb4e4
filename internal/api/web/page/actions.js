// All that can happen to the state, by name: what a person does, and what the
// server tells.
import {readAddress, writeAddress} from "./address.js";
import {span} from "./format.js";
import {measureRate, quiet} from "./rate.js";
import {askJSON, forgetAnswers, setToken} from "./server.js";
import {change, entry, pair, shownModel, state} from "./state.js";

// ---- what a person does

// step is a change that the back button takes back.
function step(members) {
  change(members);
  writeAddress(true);
}

export const openAddress = () => change(readAddress());
export const showTab = tab => step({tab});
export const showModel = model => step({model, area: null, crimes: null});
export const compare = (a, b) => { if (a !== b) step({a, b}); };
export const compareWithOther = () => step(pair());
export const compareWithPast = () => step({a: null, b: null});

// showNeighbor shows the model that is so many later, or earlier.
export function showNeighbor(by) {
  const m = shownModel();
  if (m && entry(m.model + by)) showModel(m.model + by);
}

export const toggleArea = area => change({area: area === state.area ? null : area, crimes: null});
export const pointAt = area => change({pointed: area});

// listCrimes lists crimes of an area: the first ones, or those at path, which
// the page before names.
export async function listCrimes(model, area, path = `/models/${model}/clusters/${area}/crimes?limit=20`) {
  const crimes = await askJSON(path).catch(problem => ({problem}));
  if (shownModel()?.model === model && state.area === area) change({crimes});
}

export const findCrime = id => step({tab: "crime", crime: id, place: null, lookups: state.lookups + 1});

// findPlace asks which area model n gives to a place. Where two models are
// compared it is the one on whose map somebody has clicked.
export function findPlace(n, {lon, lat}) {
  const round = v => Math.round(v * 1e5) / 1e5;
  step({tab: "crime", crime: null, place: [round(lon), round(lat)], lookups: state.lookups + 1, ...n !== shownModel()?.model && {model: n, area: null}});
}

// findPoint finds the crime that is point i of model n, at that place. Points
// are the trained rows in order: its row is i rows after the first one, or a
// little later where rows were left out of the training.
export async function findPoint(n, i, cluster, place) {
  const near = o => Math.abs(o.lon - place.lon) < 2e-4 && Math.abs(o.lat - place.lat) < 2e-4; // about 20 m
  try {
    const page = await askJSON(`/models/${n}/clusters/${cluster}/crimes?after=${entry(n).first_row + i - 1}&limit=1000`);
    const found = page.crimes.find(near);
    if (found) return findCrime(found.crime_id);
  } catch { /* the question for the place meets the same problem and shows it */ }
  findPlace(n, place);
}

export const switchSpots = () => change({layer: !state.layer});
export const setHour = hour => change({hour});
export const keepView = at => change({at});

export function setTheme(theme) {
  change({theme});
  try { localStorage.theme = theme; } catch { /* no storage: until the page is left */ }
}

// ---- what the server tells

// receiveModels takes the list of models.
export function receiveModels(models) {
  const before = state.models;
  if (models.generation !== before.generation) forgetAnswers();
  const isNew = before.latest !== null && models.latest > before.latest, newest = models.models.find(m => m.model === models.latest);
  change({models, ...isNew && {news: `Model ${models.latest} is here: ${span(newest)}.`}});
}

// askForModels asks for the list, as an event does not always hold it. What
// goes wrong here goes wrong with the events, too, which say so.
export const askForModels = () => askJSON("/models").then(receiveModels, e => { if (e.status === 401) wantToken(); });

// receiveOpenBatch takes the status of the open batch and keeps the places of
// its rows that were not told before. Rows of older batches are in a model.
export function receiveOpenBatch(o) {
  const {newestRows, newestRow} = state.openBatch?.batch === o.batch ? state : {newestRows: [], newestRow: o.first_row - 1};
  const located = o.recent.filter(([row, lon]) => lon !== null && row > newestRow).map(([, lon, lat]) => [lon, lat]);
  change({
    openBatch: o, rate: measureRate(o.first_row - 1 + o.rows),
    newestRows: newestRows.concat(located).slice(-5000), newestRow: Math.max(newestRow, o.recent.at(-1)?.[0] ?? 0),
  });
}

// settleRate forgets the rate of a stream that has gone quiet.
export const settleRate = () => { if (state.rate && quiet()) change({rate: 0}); };

export const receiveRefused = refused => change({refused});
export const receiveFolder = ({folder}) => change({folder});
export const setConnected = (connected, unanswered = "") => change({connected, unanswered, ...connected && {folder: ""}}); // else the events say so again
export const wantToken = () => change({tokenWanted: true});

export function giveToken(text) {
  setToken(text);
  change({tokenWanted: false});
}
