// Questions to the server that the page came from.

// Problem is an answer that is no success. Its message is for people: the
// server's own words where it gave some.
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || "The server answered with status " + status + ".");
    this.status = status;
    this.type = (body.type || "").replace("/problems/", "");
  }
}

// retryAfter is how long to wait, in milliseconds, before a server that still
// reads its folder is asked again; it is the server's Retry-After.
export const retryAfter = 1000;

const root = new URL("..", import.meta.url).href; // of this server, which a proxy may show under a prefix

// urlOf is the whole address of a path of the server.
export const urlOf = path => root + path.slice(1);

// ask is fetch with the token. It throws a Problem, or an AbortError.
export async function ask(path, options = {}) {
  let r;
  try {
    r = await fetch(urlOf(path), {...options, headers: {...options.headers, ...token && {Authorization: "Bearer " + token}}});
  } catch (e) {
    if (e.name === "AbortError") throw e;
    throw new Problem(0, {detail: "The server does not answer. The page shows what it said last."});
  }
  if (!r.ok) throw new Problem(r.status, await r.json().catch(() => ({})));
  return r;
}

export const askJSON = (path, options) => ask(path, options).then(r => r.json());

const kept = new Map(); // path -> promise of an answer that holds for a generation of the models

// askOnce is the answer of the path in this generation; errors are not kept.
export function askOnce(path, accept = "application/json", read = r => r.json()) {
  if (!kept.has(path)) {
    const p = ask(path, {headers: {Accept: accept}}).then(read);
    p.catch(() => kept.delete(path));
    kept.set(path, p);
  }
  return kept.get(path);
}

export const forgetAnswers = () => kept.clear();

export const clustersOf = n => askOnce(`/models/${n}/clusters`).then(answer => answer.clusters);

// spotsOf are the spots of a model, and those of the model before that are gone.
export const spotsOf = n => askOnce(`/models/${n}/spots`).then(({spots, spots_gone, aligned_to}) =>
  ({before: aligned_to, gone: spots_gone, spots: spots.map(s => ({...s, isNew: aligned_to !== null && !s.previous}))}));

// pointsOf are lon, lat and cluster of every trained row, in the order of rows.
export const pointsOf = n => askOnce(`/models/${n}/points`, "application/octet-stream", async r => new Float32Array(await r.arrayBuffer()));

// The token of a server that asks for one. It is kept for this tab alone and
// until it is closed; it never stands in an address.
const name = "hotspot.token";
let token = "";
try { token = sessionStorage.getItem(name) || ""; } catch { /* no storage: kept by this page alone */ }

export const hasToken = () => token !== "";

export function setToken(text) {
  token = text;
  try { sessionStorage.setItem(name, text); } catch { /* as above */ }
}
