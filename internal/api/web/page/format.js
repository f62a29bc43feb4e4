// Numbers, names and dates as text. Times are the city's local time as
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
// plain is the same as words within a sentence: five points.
export const plain = id => id === "" ? "not named" : id.replaceAll("-", " ");

export const sentence = text => text.charAt(0).toUpperCase() + text.slice(1);

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function day(text) {
  const [y, m, d] = (text || "").slice(0, 10).split("-").map(Number);
  return y && m && d ? `${d} ${months[m - 1]} ${y}` : "no date";
}

export const moment = text => text ? `${day(text)}, ${text.slice(11, 16)}` : "not known";

// begin and end are the first and the last day of the batch of a model.
export const begin = m => m.window ? m.window.first : m.reported.first;
export const end = m => m.window ? m.window.last : m.reported.last;

// period names a window of the calendar: week of 9 Sep 2024.
export const period = w => w.by === "week" ? "week of " + day(w.first) : w.by === "month" ? day(w.first).slice(2) : day(w.first);

// span is the window of a model, or from the first to the last report: 2 Jan – 12 Feb 2019.
export function span(m) {
  if (m.window) return period(m.window);
  const a = day(m.reported.first), b = day(m.reported.last);
  if (a === b) return a;
  return a.slice(-4) === b.slice(-4) ? a.slice(0, -5) + " – " + b : a + " – " + b;
}

// noAreas says why a model has none.
export const noAreas = m => `Model ${m.model} has no areas: ` +
  (m.last_row < m.first_row ? "nothing was reported then." : `its batch has too few different places for k = ${m.k}.`);

// reported says when the crimes of a model were reported, at the begin of a sentence.
export const reported = m => m.window ? sentence(span(m)) : "Reported " + span(m);

// Okabe and Ito's colors, which people who see colors differently tell apart.
// A number always stands beside a color. Black would vanish in the dark.
export const palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#8a8a8a"];
export const color = n => palette[n % palette.length];

// ink is what can be read on a color.
export const ink = n => n % palette.length === 0 ? "#fff" : "#000";

// unreadable says that the server cannot read its folder, and why.
export const unreadable = why => why && `The api cannot read its folder: ${why}`;

// refused says which file the server does not take, and why.
export const refused = refusal => refusal ? `The api refused ${refusal.file}: ${refusal.reason}` : "";
