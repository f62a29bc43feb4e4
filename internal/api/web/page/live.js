// The strip on top: what the stream is doing now.
import {$} from "./dom.js";
import {count, int, num1, states, troubles} from "./format.js";

const seen = []; // [time, rows so far], of the last seconds

export function link(up) {
  $("link").dataset.state = up ? "up" : "down";
  if (!up) {
    say($("state"), "Connection lost, trying again …");
    say($("detail"), "");
    $("rate").textContent = $("lag").textContent = "";
  }
  else if (last) open(last);
}

let last = null;

// say writes what is new only: a screen reader reads every change aloud.
function say(e, text) {
  if (e.textContent !== text) e.textContent = text;
}

// open shows the status of the open batch.
export function open(o) {
  last = o;
  const now = performance.now(), rows = o.first_row - 1 + o.rows;
  if (seen.length && rows < seen[seen.length - 1][1]) seen.length = 0; // begun anew
  seen.push([now, rows]);
  while (seen.length > 2 && now - seen[0][0] > 6000) seen.shift();
  const [then, before] = seen[0], rate = now > then ? 1000 * (rows - before) / (now - then) : 0;
  tell(o, rate);
  $("link").dataset.state = o.state in troubles ? "down" : o.state === "stopped" ? "wait" : "up";
  filling(o.batch, o.rows, o.batch_size);
  $("rate").textContent = rate > 0 ? num1(rate) + " rows/s" : ""; // also while it waits between two rows
  $("lag").textContent = o.state === "stopped" ? "" : "lag " + count(o.lag, "row");
  $("dead").textContent = [o.dead_letters && count(o.dead_letters, "dead letter"), o.duplicates && count(o.duplicates, "duplicate") + " dropped"].filter(Boolean).join(", ");
}

// tell says the state in words. Between two rows the consumer waits: as long as
// rows come it reads.
function tell(o, rate) {
  const state = o.state === "waiting" && rate > 0 ? "reading" : o.state;
  say($("state"), (states[state] || state) + (o.training ? `, training model ${o.training}` : ""));
  say($("detail"), o.detail);
  $("live").classList.toggle("trouble", o.state in troubles);
}

export function filling(batch, rows, size) {
  $("filling").hidden = !size;
  $("fill-text").textContent = `batch ${batch}: ${int(rows)} / ${int(size)}`;
  $("fill").max = size || 1;
  $("fill").value = rows;
}

// refused says that the api does not show a file.
export function refused(r) {
  say($("refused"), `${r.file} was refused: ${r.reason}`);
}

// waiting shows what /models says of the open batch, until its status comes.
export function waiting(w, models) {
  if (last) return;
  say($("state"), states[w.state] || w.state);
  filling(models + 1, w.rows, w.batch_size);
}

setInterval(() => { // a stream that has gone quiet does not keep its last rate
  if (!last || $("link").dataset.state === "down" || !seen.length || performance.now() - seen[seen.length - 1][0] < 3000) return;
  $("rate").textContent = "";
  tell(last, 0);
}, 1000);
