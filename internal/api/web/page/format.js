// How numbers, names and dates are said. Times are the city's local time as
// text and are never converted.

const whole = new Intl.NumberFormat("en-US", {maximumFractionDigits: 0});
const one = new Intl.NumberFormat("en-US", {maximumFractionDigits: 1});
const tenth = new Intl.NumberFormat("en-US", {minimumFractionDigits: 1, maximumFractionDigits: 1});
const two = new Intl.NumberFormat("en-US", {minimumFractionDigits: 2, maximumFractionDigits: 2});

export const int = n => whole.format(n);
export const num1 = n => one.format(n);
export const num2 = n => two.format(n);
export const fixed1 = n => tenth.format(n);
export const percent = share => tenth.format(100 * share) + "\u00a0%";
export const meters = m => m < 1000 ? whole.format(m) + "\u00a0m" : tenth.format(m / 1000) + "\u00a0km";
export const count = (n, thing, things = thing + "s") => int(n) + " " + (n === 1 ? thing : things);

// title makes "five-points" readable: Five Points. A name of up to three
// letters is an abbreviation: CBD.
export const title = id => id === "" ? "not named" : id.length <= 3 ? id.toUpperCase() :
  id.split("-").map(w => w.charAt(0).toUpperCase() + w.slice(1)).join(" ");
export const plain = id => id === "" ? "not named" : id.replaceAll("-", " ");

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function day(text) {
  const [y, m, d] = (text || "").slice(0, 10).split("-").map(Number);
  return y && m && d ? `${d} ${months[m - 1]} ${y}` : "no date";
}

export const moment = text => text ? `${day(text)}, ${text.slice(11, 16)}` : "not known";

export function span(reported) {
  const a = day(reported.first), b = day(reported.last);
  if (a === b) return a;
  return a.slice(-4) === b.slice(-4) ? a.slice(0, -5) + " – " + b : a + " – " + b;
}

export const states = { // of the consumer
  reading: "Reading the stream",
  waiting: "Waiting for more rows",
  broker_away: "The broker is away; what was trained stays",
  disk: "The consumer cannot write to its disk",
  halted: "The consumer has halted; what was trained stays",
  stopped: "The stream has stopped",
  unknown: "No consumer has written here yet",
};

// troubles are the states that somebody has to do something about.
export const troubles = {broker_away: true, disk: true, halted: true};

// Okabe and Ito's colors, which people who see colors differently tell apart.
// A number always stands beside a color. Black would vanish in the dark.
export const palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#8a8a8a"];
export const color = n => palette[n % palette.length];

// ink is what can be read on a color.
export const ink = n => [0].includes(n % palette.length) ? "#fff" : "#000";

// why says what marks an area, from its numbers alone.
export function why(c) {
  const said = [], at = c.neighborhoods.slice(0, 2).map(n => `${title(n.id)} (${percent(n.share)})`);
  if (at.length === 1 && c.neighborhoods[0].share > 0.995) said.push(`all of its crimes lie in ${title(c.neighborhoods[0].id)}`);
  else if (at.length) said.push(`${at.join(" and ")} ${at.length > 1 ? "have" : "has"} the most of its crimes`);
  const more = c.categories.filter(o => o.lift >= 1.15).sort((a, b) => b.lift - a.lift)[0];
  if (more) said.push(`“${plain(more.id)}” is ${num2(more.lift)} times as frequent as in the whole batch`);
  else if (c.categories.length) said.push("its offenses are mixed much like those of the whole batch");
  if (c.densest && c.densest.largest_place_share >= 0.05) said.push(`${percent(c.densest.largest_place_share)} were reported at one single place`);
  return said.length ? "Why: " + said.join("; ") + "." : "";
}
