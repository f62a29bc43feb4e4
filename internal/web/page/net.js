// Questions to the server that the page came from, and its events.

// Problem is an answer that is no success; its message is the detail that the
// server gives, which is for people.
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || "The server answered " + status + ".");
    this.status = status;
    this.type = (body.type || "").replace("/problems/", "");
  }
}

const kept = new Map(); // path -> promise, of answers that belong to a generation

export async function ask(path, options = {}) {
  let r;
  try {
    r = await fetch(path, options);
  } catch {
    throw new Problem(0, {detail: "The server does not answer. What is shown is what it said last."});
  }
  if (!r.ok) throw new Problem(r.status, await r.json().catch(() => ({})));
  return r;
}

export const json = (path, options) => ask(path, options).then(r => r.json());

// keep asks once per generation.
export function keep(path, read = r => r.json()) {
  if (!kept.has(path)) {
    const p = ask(path, {headers: {Accept: "application/json"}}).then(read);
    p.catch(() => kept.delete(path));
    kept.set(path, p);
  }
  return kept.get(path);
}

export const forget = () => kept.clear();

// points are lon, lat and cluster of every trained row, in the order of rows.
const readPoints = async r => new Float32Array(await r.arrayBuffer());
export function points(n) {
  const path = `/models/${n}/points`;
  if (!kept.has(path)) {
    const p = ask(path, {headers: {Accept: "application/octet-stream"}}).then(readPoints);
    p.catch(() => kept.delete(path));
    kept.set(path, p);
  }
  return kept.get(path);
}

// listen follows /events for as long as the page is seen. on has a function per
// event, and link, which is told whether the server answers. A server that
// cuts the connection is asked again, after a pause that grows to 10 s.
//
// A page that is not seen holds no connection: browsers open six to a server,
// and pages in other tabs, or kept for the back button, would use them up.
export function listen(on) {
  let pause = 500, source = null, later = 0;
  const end = () => {
    clearTimeout(later);
    source?.close();
    source = null;
  };
  const connect = () => {
    end();
    const mine = source = new EventSource("/events");
    mine.onopen = () => { pause = 500; on.link(true); };
    mine.onerror = () => {
      if (mine !== source) return;
      on.link(false);
      if (mine.readyState !== EventSource.CLOSED) return; // it tries again by itself
      later = setTimeout(connect, pause);
      pause = Math.min(10_000, 2 * pause);
    };
    for (const name of ["snapshot", "open", "batch", "model", "refused"]) {
      mine.addEventListener(name, e => {
        if (e.data !== undefined) on[name](JSON.parse(e.data)); // the browser's own "open" has none
      });
    }
  };
  addEventListener("pagehide", end);
  addEventListener("pageshow", e => { if (e.persisted) connect(); });
  document.addEventListener("visibilitychange", () => document.hidden ? end() : connect());
  connect();
}
