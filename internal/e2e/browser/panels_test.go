package browser_test

import (
	"fmt"
	"strings"
	"testing"
)

var tabs = []string{"areas", "spots", "crime", "compare", "timeline", "files"}

// TestNothingIsWiderThanItsPanel opens every tab at the widths of a telephone,
// a small and a large notebook, with scroll bars, which take from the width of
// a panel, and with the longest figures that spots and comparisons can have.
func TestNothingIsWiderThanItsPanel(t *testing.T) {
	s := api(t, three(t))
	id, _, _ := crime(t, s, 2, 17)
	b := open(t, "no hide-scrollbars")
	b.answer(s.url, func(int) (int, string, string) { return 200, "application/json", long }, "*/compare/*", "*/changes*", "*/spots")
	for _, size := range [][2]int64{{390, 844}, {1280, 800}, {1440, 900}} {
		b.size(size[0], size[1])
		for _, tab := range append(tabs, "compare&a=2&b=3") {
			b.visit(fmt.Sprintf("%s/#model=3&area=1&crime=%s&tab=%s", s.url, id, tab))
			b.mapped()
			b.wait("the panel is filled", filled[tab])
			b.shot(fmt.Sprintf("%.8s-%d", strings.Replace(tab, "&a=2", "-2", 1), size[0]))
			eval[any](b, "(document.querySelectorAll('details').forEach(d => { d.open = true; }), null)")
			for _, wide := range eval[[]string](b, tooWide) {
				t.Errorf("%s/#tab=%s on a screen of %d x %d pixels: %s", s.url, tab, size[0], size[1], wide)
			}
		}
	}
	b.clean(s.url)
}

// filled is what a tab shows when all of its answers have come.
var filled = map[string]string{
	"areas":           "document.querySelector('.card.open table')",
	"crime":           "document.querySelector('#crime .way')",
	"spots":           "document.querySelector('#spots .list')",
	"compare":         "document.querySelector('#compare details')",
	"compare&a=2&b=3": "document.querySelector('#map-b').dataset.points && document.querySelector('#compare table')",
	"timeline":        "document.querySelector('#timeline .column')",
	"files":           "document.querySelector('#files pre')",
}

// long is a comparison of models 2 and 3, what is more or fewer in model 3, and its spots.
var long = `{"model":3,"asked":400,"past":[1,2],"areas_of":2,"judged":true,"notes":["batches in its past: 2 of 400, in the areas of model 2"],"counts":[` +
	`{"of":"city","id":"","now":1234567,"expected":2345678.9,"low":1111111,"high":3333333,"p":0,"p_adjusted":0,"verdict":"fewer","words":"-1111112 reports (2345679 usual, 1234567 now; 1111111 to 3333333 is common)"},` +
	`{"of":"area","id":"17","now":123456,"expected":234567.8,"low":111111,"high":333333,"p":0,"p_adjusted":0,"verdict":"usual","words":""},` +
	`{"of":"neighborhood","id":"gateway-green-valley-ranch","now":1234567,"expected":2345678.9,"low":1111111,"high":3333333,"p":0,"p_adjusted":0,"verdict":"more","words":"+1 report (0 usual, 1 now; 0 to 0 is common)"},` +
	`{"of":"category","id":"other-crimes-against-persons","now":1234567,"expected":2345678.9,"low":1111111,"high":3333333,"p":0,"p_adjusted":0,"verdict":"usual","words":""}],` +
	`"rows":5000,"aligned_to":2,"reported":{"first":"","last":""},"spots_gone":[{"spot":17,"lon":-104.9,"lat":39.7,"crimes_before":123456,"crimes_now":0}],"spots":[` +
	`{"spot":17,"cluster":4,"lon":-104.98,"lat":39.74,"radius_m":300,"crimes":123456,"share":0.5,"expected":12345.6,"ratio":12345.67,"p_adjusted":0,"previous":null,"categories":[` +
	strings.Repeat(`{"id":"other-crimes-against-persons","count":12345,"share":0.333,"lift":123.4},`, 4) + `{"id":"","count":1,"share":0.001,"lift":0.1}]},` +
	`{"spot":1,"cluster":null,"lon":-104.99,"lat":39.7,"radius_m":300,"crimes":1,"share":0.5,"expected":0,"ratio":null,"p_adjusted":0,"categories":[],"previous":{"spot":3,"moved_m":0}}],` + `"a":2,"b":3,"changed":true,"verdict":"where the crimes lie has changed, and how many of them there are in some of the areas",
"ari":{"value":0.123,"floor":0.912},"psi":{"value":1.234,"floor":0.005},"inertia_ratio":{"value":12.345,"floor":1.015},"clusters":[` +
	strings.Repeat(`{"a":10,"b":17,"moved_m":12345.6,"moved_floor_m":23456.7,"share_a":0.4444,"share_b":0.5555,"per_day_a":1234.5,"per_day_b":2345.6,"verdict":"fewer"},`, 8) +
	`{"a":3,"b":null,"moved_m":null,"moved_floor_m":null,"share_a":0.1,"share_b":0,"per_day_a":3.2,"per_day_b":0,"verdict":"gone"}]}`

// TestNothingStandsOut shows a model without spots, and a batch in which nothing is
// more or fewer than usual.
func TestNothingStandsOut(t *testing.T) {
	s := api(t, three(t))
	b := open(t)
	b.answer(s.url, func(int) (int, string, string) {
		return 200, "application/json", `{"model":3,"asked":8,"past":[1,2],"areas_of":null,"judged":true,"verdict":"nothing beyond the usual","notes":[],"counts":[],"aligned_to":2,"spots":[],"spots_gone":[]}`
	}, "*/changes*", "*/spots")
	b.visit(s.url + "/#tab=spots")
	b.mapped()
	b.says("#spots h2", "Model 3: 0 spots")
	b.says("#spots", "No place stands out.")
	b.wait("nothing is said to be gone", "!document.querySelector('#spots .list')")
	b.wait("the legend knows no spots", "document.querySelector('#legend-spot').hidden && !document.querySelector('#legend-mean').hidden")
	b.visit(s.url + "/#area=0")
	b.says(".card[data-area='0']", "No place in it stands out.")
	b.visit(s.url + "/#tab=compare")
	b.says("#compare .answer", "beside the 2 batches before it: nothing beyond the usual.")
	b.clean(s.url)
}

// TestWeeks makes a model of each week and reads what a person would on Monday.
func TestWeeks(t *testing.T) {
	s := start(t, "--batch-by", "week", "--sleep-max", "0s")
	b := open(t)
	b.visit(s.url + "/#model=10&tab=compare")
	b.wait("seventeen models", "document.querySelector('#model option[value=\"17\"]')")
	b.says("#model option[value='10']", "Model 10: week of 4 Mar 2019")
	b.says("#compare .answer", "Model 10 (week of 4 Mar 2019) beside the 8 weeks before it: 1 of 40 counts is beyond the usual.")
	b.says("#compare .list", "more, auto theft: +45 reports (122 usual, 167 now; 102 to 143 is common)")
	b.says("#compare table", "The whole city")
	b.wait("neighborhoods are there to open", "[...document.querySelectorAll('#compare details')].map(d => d.innerText).join().startsWith('Neighborhoods')")
	axe(t, b, "a week beside its past")
	b.shot("week-beside-its-past")
	b.visit(s.url + "/#model=4&tab=compare")
	b.says("#compare .answer", "Model 4 (week of 21 Jan 2019) beside the 2 weeks before it: not judged")
	b.says("#compare", "Batches in its past: 2 of 8")
	b.visit(s.url + "/#model=17")
	b.says("#areas .quiet", "Week of 22 Apr 2019, rows 13,363 to 14,230.")
	b.clean(s.url)
}

// tooWide describes each element that reaches beyond what holds the content of
// its tab, and each box of the panel that scrolls to the side. What scrolls by
// itself, as the timeline's chart, may be wider than its box.
const tooWide = `(() => {
	const out = [], panel = document.querySelector("#panel");
	const name = e => e.tagName.toLowerCase() + (e.id && "#" + e.id) + [...e.classList].map(c => "." + c).join("") + " " + JSON.stringify(e.textContent.slice(0, 40));
	for (const p of [panel, ...panel.querySelectorAll("[role=tabpanel]:not([hidden])")]) {
		if (p.scrollWidth > p.clientWidth) out.push(name(p) + " is " + p.scrollWidth + " wide in " + p.clientWidth + " pixels");
		const edge = p.getBoundingClientRect(), style = getComputedStyle(p);
		const left = edge.left + parseFloat(style.paddingLeft), right = edge.left + p.clientLeft + p.clientWidth - parseFloat(style.paddingRight);
		for (const e of p.querySelectorAll("*")) {
			const box = e.getBoundingClientRect();
			if (!box.width || e.parentElement.closest(".scroll, .visually-hidden")) continue;
			if (box.right > right + 0.5 || box.left < left - 0.5) out.push(name(e) + " reaches from " + box.left + " to " + box.right + ", its panel from " + left + " to " + right);
		}
	}
	return out;
})()`
