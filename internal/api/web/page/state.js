// What the page shows, in one object. Data flows one way:
//
//	a person, the server -> actions -> state -> views
//	                                    |  ^
//	                                    v  |
//	                                   answers of the server
//
// Only actions.js and answers.js call change. A view reads, and app.js says
// which part of the state each of them shows.

export const state = {
  // What a person has chosen and the address keeps (address.js).
  model: "latest", // or the number of a model
  tab: "areas",
  area: null, // whose card is open
  crime: null, // id that is looked up
  place: null, // [lon, lat] that is looked up
  a: null, b: null, // models that are compared; null: the page chooses, both null: one with its past
  at: null, // [lon, lat, pixels per km], the middle of the map

  // What a person has chosen for now.
  pointed: null, // area under the pointer
  hour: 12, // of the place that is looked up, for models with the feature time
  lookups: 0, // how often something was looked up, by hand
  layer: true, // whether the maps show spots
  theme: null, // "light", "dark", null: as the system has it

  // What the server tells (docs/formats.md).
  models: {models: [], latest: null, waiting: {rows: 0, batch_size: 0, state: "connecting"}}, // GET /models
  openBatch: null, // event "open"
  rate: 0, // rows a second of the open batch
  newestRows: [], // [lon, lat] of rows of the open batch
  newestRow: 0, // number of the last row that was looked at for them
  connected: null, // whether the events come, null: not known yet
  unanswered: "", // why they do not come, in the server's words
  folder: "", // event "folder": why the server cannot read its folder
  refused: null, // event "refused"
  news: "", // for screen readers
  tokenWanted: false,

  // Answers of the server, null: none yet, {problem}: an error (answers.js).
  areas: null, left: null, right: null, backdrop: null, comparison: null, changes: null, history: null, lookup: null, crimes: null,
};

const observers = [];
let waiting = false;

// change sets members of the state. The observers are called after the code
// that runs now, once for all of its changes.
export function change(members) {
  Object.assign(state, members);
  if (waiting) return;
  waiting = true;
  queueMicrotask(() => {
    waiting = false;
    for (const update of observers) {
      try { update(); } catch (fault) { reportError(fault); } // the other views stay right
    }
  });
}

// observe calls use with what select takes from the state, a list, whenever a
// member of that list has changed, and once at the first change.
export function observe(select, use) {
  let last = null;
  observers.push(() => {
    const now = select(state);
    if (last && now.every((v, i) => Object.is(v, last[i]))) return;
    last = now;
    use(...now);
  });
}

// What follows from the state.

// entry is model n of the list, undefined where there is none.
export const entry = n => state.models.models.find(m => m.model === n);

// shownModel is the model that is chosen, undefined where there is none.
export const shownModel = () => entry(state.model === "latest" ? state.models.latest : state.model);

// pair are the two models that can be compared, null where there are none.
export function pair() {
  const m = shownModel();
  if (!m || state.models.models.length < 2) return null;
  const b = entry(state.b) ? state.b : entry(m.model - 1) ? m.model : m.model + 1;
  const a = entry(state.a) && state.a !== b ? state.a : entry(b - 1) ? b - 1 : b + 1;
  return {a, b};
}

// compared is the pair on the two maps, null for one map.
export const compared = () => state.tab === "compare" && (state.a ?? state.b) !== null ? pair() : null;

// source is what says whose data it is: before the first batch only the status
// of the open one knows.
export const source = () => !state.models.models.length && state.openBatch?.title ? state.openBatch : state.models;
