// The strip on top: what the stream is doing now.
import {$, setText} from "./dom.js";
import {count, int, num1, period, refused, unreadable} from "./format.js";

const words = { // for the states of the consumer
  connecting: "Connecting …",
  reading: "Reading the stream",
  waiting: "Waiting for more rows",
  broker_away: "The broker is away; the models so far stay",
  disk: "The consumer cannot write to its disk",
  halted: "The consumer has halted; the models so far stay",
  stopped: "The stream has stopped",
  lost: "The consumer has ended without a word; the models so far stay",
  topic_gone: "The topic is gone; the models so far stay",
  unusable: "Messages come, and nothing can be made of them",
  unknown: "No consumer has written here yet",
};
const outages = ["broker_away", "disk", "halted", "lost", "topic_gone", "unusable"]; // somebody has to do something

// renderLive shows the status of the open batch or, until that comes, what the
// list of models says of it.
export function renderLive(_, connected, unanswered, folder, openBatch, rate, models, refusal, news) {
  const o = openBatch || {...models.waiting, batch: (models.latest || 0) + 1, detail: "", lag: null};
  // Between two rows the consumer waits: as long as rows come it reads.
  const state = o.state === "waiting" && rate > 0 ? "reading" : o.state, away = connected === false;
  const outage = folder || unanswered || outages.includes(state);
  setText($("state"), away ? unanswered || "Connection lost, trying again …" : folder ? unreadable(folder) + "; the page shows what it held before" :
    (words[state] || state) + (o.training ? `, training model ${o.training}` : ""));
  setText($("detail"), away || folder ? "" : o.detail);
  $("live").classList.toggle("outage", Boolean(outage));
  $("link").dataset.state = away || outage ? "down" : connected && state !== "stopped" ? "up" : "wait";
  $("filling").hidden = !o.batch_size && !o.window;
  setText($("fill-text"), o.window ? `batch ${o.batch}, ${period(o.window)}: ${count(o.rows, "row")}` : `batch ${o.batch}: ${int(o.rows)} / ${int(o.batch_size)}`);
  $("fill").hidden = !o.batch_size;
  $("fill").max = o.batch_size || 1;
  $("fill").value = o.rows;
  setText($("rate"), rate > 0 && !away ? num1(rate) + " rows/s" : "");
  setText($("lag"), o.lag === null || state === "stopped" || away ? "" : "lag " + count(o.lag, "row"));
  setText($("dead"), [o.dead_letters && count(o.dead_letters, "dead letter"), o.duplicates && count(o.duplicates, "duplicate") + " dropped"].filter(Boolean).join(", "));
  setText($("refused"), refused(refusal));
  setText($("news"), news);
}
