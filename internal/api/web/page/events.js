// What the server tells without being asked: server-sent events, read with fetch, for
// the browser's own EventSource cannot send a token.
import {ask} from "./server.js";

// listen follows /events for as long as the page is seen. on has a function per
// event, connected, which is told whether the server answers and, where it says
// why it does not, its words, and locked, which
// is called when the server wants another token. listen returns a function that
// connects again. A server that cuts the connection is asked again, after a
// pause that grows to 10 s.
//
// A page that is not seen holds no connection: browsers open six to a server,
// and pages in other tabs, or kept for the back button, would use them up.
export function listen(on) {
  let pause = 500, current = null, later = 0, seen = "";
  const end = () => {
    clearTimeout(later);
    current?.abort();
    current = null;
  };
  const connect = async () => {
    end();
    const mine = current = new AbortController();
    let why = "";
    try {
      const r = await ask("/events", {signal: mine.signal, cache: "no-store",
        headers: {Accept: "text/event-stream", ...seen && {"Last-Event-ID": seen}}});
      on.connected(true);
      pause = 500;
      for await (const e of events(r.body)) {
        if (e.id) seen = e.id;
        try { on[e.event]?.(JSON.parse(e.data)); } catch (fault) { reportError(fault); } // ours, not the connection's
      }
    } catch (e) {
      if (mine !== current) return;
      if (e.status === 401) return on.locked();
      if (e.status) why = e.message;
    }
    if (mine !== current) return;
    on.connected(false, why);
    later = setTimeout(connect, pause);
    pause = Math.min(10_000, 2 * pause);
  };
  addEventListener("pagehide", end);
  addEventListener("pageshow", e => { if (e.persisted) connect(); });
  document.addEventListener("visibilitychange", () => document.hidden ? end() : connect());
  connect();
  return connect;
}

// events cuts a stream into its events. Comments, which keep the connection
// alive, are none.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const e = {event: "message", id: "", data: ""};
      for (const line of block.split("\n")) {
        const [, field, rest] = /^(\w+): ?(.*)$/.exec(line) || [];
        if (field in e) e[field] = rest;
      }
      if (e.data) yield e;
    }
  }
}
