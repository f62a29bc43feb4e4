// Questions to the server that the page came from.

// Problem is an answer that is no success; its message is the detail that the
// server gives, which is for people.
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || "The server answered " + status + ".");
    this.status = status;
    this.type = (body.type || "").replace("/problems/", "");
  }
}

// pause is how long to wait, in milliseconds, before a server that still reads
// its folder is asked again; it is the server's Retry-After.
export const pause = 1000;

const kept = new Map(); // path -> promise, of answers that belong to a generation

export async function ask(path, options = {}) {
  let r;
  try {
    r = await fetch(path, {...options, headers: {...options.headers, ...authorization()}});
  } catch (e) {
    if (e.name === "AbortError") throw e;
    throw new Problem(0, {detail: "The server does not answer. What is shown is what it said last."});
  }
  if (!r.ok) throw new Problem(r.status, await r.json().catch(() => ({})));
  return r;
}

export const json = (path, options) => ask(path, options).then(r => r.json());

// keep asks once per generation.
export function keep(path, accept = "application/json", read = r => r.json()) {
  if (!kept.has(path)) {
    const p = ask(path, {headers: {Accept: accept}}).then(read);
    p.catch(() => kept.delete(path));
    kept.set(path, p);
  }
  return kept.get(path);
}

export const forget = () => kept.clear();

// points are lon, lat and cluster of every trained row, in the order of rows.
export const points = n => keep(`/models/${n}/points`, "application/octet-stream", async r => new Float32Array(await r.arrayBuffer()));

// The token of a server that asks for one. It is kept for this tab alone and
// until it is closed; it never stands in an address.
const name = "hotspot.token";
let token = "";
try { token = sessionStorage.getItem(name) || ""; } catch { /* then for this page alone */ }

export const hasToken = () => token !== "";

export function setToken(text) {
  token = text;
  try { sessionStorage.setItem(name, text); } catch { /* as above */ }
}

const authorization = () => token ? {Authorization: "Bearer " + token} : {};
