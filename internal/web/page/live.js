// The strip on top: what the stream is doing now.
import {$} from "./dom.js";
import {int, num1, states} from "./words.js";

const seen = []; // [time, rows so far], of the last seconds

export function link(up) {
  $("link").dataset.state = up ? "up" : "down";
  if (!up) {
    $("state").textContent = "Connection lost, trying again …";
    $("rate").textContent = $("lag").textContent = "";
  }
  else if (last) open(last);
}

let last = null;

// open shows the status of the open batch.
export function open(o) {
  last = o;
  const now = performance.now(), rows = o.first_row - 1 + o.rows;
  if (seen.length && rows < seen[seen.length - 1][1]) seen.length = 0; // begun anew
  seen.push([now, rows]);
  while (seen.length > 2 && now - seen[0][0] > 6000) seen.shift();
  const [then, before] = seen[0], rate = now > then ? 1000 * (rows - before) / (now - then) : 0;
  $("state").textContent = (states[o.state] || o.state) + (o.detail ? ": " + o.detail : "") +
    (o.training ? `, training model ${o.training}` : "");
  $("link").dataset.state = ["broker_away", "disk", "halted"].includes(o.state) ? "down" : o.state === "stopped" ? "wait" : "up";
  filling(o.batch, o.rows, o.batch_size);
  $("rate").textContent = rate > 0 ? num1(rate) + " rows/s" : ""; // also while it waits between two rows
  $("lag").textContent = o.state === "stopped" ? "" : "lag " + int(o.lag);
  $("dead").textContent = (o.dead_letters ? int(o.dead_letters) + (o.dead_letters === 1 ? " dead letter" : " dead letters") : "") +
    (o.duplicates ? (o.dead_letters ? ", " : "") + int(o.duplicates) + " duplicates dropped" : "");
}

export function filling(batch, rows, size) {
  $("filling").hidden = !size;
  $("fill-text").textContent = `batch ${batch}: ${int(rows)} / ${int(size)}`;
  $("fill").max = size || 1;
  $("fill").value = rows;
}

// waiting shows what /models says of the open batch, until its status comes.
export function waiting(w, models) {
  if (last) return;
  $("state").textContent = states[w.state] || w.state;
  filling(models + 1, w.rows, w.batch_size);
}

setInterval(() => { // a stream that has gone quiet does not keep its last rate
  if (last && seen.length && performance.now() - seen[seen.length - 1][0] > 3000) $("rate").textContent = "";
}, 1000);
