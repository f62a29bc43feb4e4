// A model beside its own past, in words and figures.
import {disc} from "./areas.js";
import {el, problem} from "./dom.js";
import {count, int, num1, plain, sentence, span, title} from "./format.js";

const kinds = {city: "the whole city", neighborhood: "neighborhoods", category: "categories"};

// describePast says what is more and fewer in the batch of model m than usual;
// nothing while the answer is on the way.
export function describePast(m, result) {
  if (result?.problem) return problem(result.problem);
  if (result?.model !== m.model) return null;
  const by = m.window?.by, before = result.past.length ? `beside the ${count(result.past.length, by || "batch", by ? by + "s" : "batches")} before it` : "beside its past";
  const changes = result.counts.filter(c => c.verdict !== "usual").sort((a, b) => Math.abs(b.now - b.expected) - Math.abs(a.now - a.expected));
  return [
    el("p", {class: "answer"}, `Model ${m.model} (${span(m)}) ${before}: `, el("strong", {}, result.verdict + ".")),
    el("ul", {class: "list"}, changes.map(c => el("li", {}, c.verdict === "more" ? "▲ more, " : "▼ fewer, ", el("strong", {}, name(c)), `: ${c.words}`))),
    result.notes.map(note => el("p", {class: "quiet"}, sentence(note) + ".")),
    table("city", "area", result.counts),
    ["neighborhood", "category"].map(of => result.judged ? el("details", {}, el("summary", {}, sentence(kinds[of])), table(of, of, result.counts)) : null),
    result.judged ? el("p", {class: "quiet"}, "Common is what 9 of 10 such counts are. They count reports: a change of reporting looks the same as a change of crime.") : null,
  ];
}

// name is what a person calls what is counted.
const name = c => ({city: () => kinds.city, area: () => ["area ", disc(c.id)], neighborhood: () => title(c.id), category: () => plain(c.id)})[c.of]();

const table = (first, second, counts) => {
  const rows = counts.filter(c => c.of === first || c.of === second);
  return rows.length ? el("table", {class: "comparison"},
    el("thead", {}, el("tr", {}, ["Reports of", "Now", "Usual", "Common"].map(t => el("th", {scope: "col"}, t)))),
    el("tbody", {}, rows.map(c => el("tr", {class: c.verdict === "usual" ? null : "now"}, el("th", {scope: "row"}, name(c)),
      el("td", {}, int(c.now)), el("td", {}, num1(c.expected)), el("td", {}, `${int(c.low)} to ${int(c.high)}`))))) : null;
};
