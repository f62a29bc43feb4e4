package browser_test

import (
	"fmt"
	"strings"
	"testing"
)

var tabs = []string{"areas", "crime", "compare", "timeline", "files"}

// TestNothingIsWiderThanItsPanel opens every tab at the widths of a telephone,
// a small and a large notebook, with scroll bars, which take from the width of
// a panel, and with the longest figures that a comparison can have.
func TestNothingIsWiderThanItsPanel(t *testing.T) {
	s := api(t, three(t))
	id, _, _ := crime(t, s, 2, 17)
	b := open(t, "no hide-scrollbars")
	b.answer(s.url, func(int) (int, string, string) { return 200, "application/json", long }, "*/compare/*")
	for _, size := range [][2]int64{{390, 844}, {1280, 800}, {1440, 900}} {
		b.size(size[0], size[1])
		for _, tab := range tabs {
			b.visit(fmt.Sprintf("%s/#model=3&area=1&crime=%s&tab=%s", s.url, id, tab))
			b.mapped()
			b.wait("the panel is filled", filled[tab])
			b.shot(fmt.Sprintf("%s-%d", tab, size[0]))
			for _, wide := range eval[[]string](b, tooWide) {
				t.Errorf("%s/#tab=%s on a screen of %d x %d pixels: %s", s.url, tab, size[0], size[1], wide)
			}
		}
	}
	b.clean(s.url)
}

// filled is what a tab shows when all of its answers have come.
var filled = map[string]string{
	"areas":    "document.querySelector('.card.open table')",
	"crime":    "document.querySelector('#crime .way')",
	"compare":  "document.querySelector('#compare table')",
	"timeline": "document.querySelector('#timeline .column')",
	"files":    "document.querySelector('#files pre')",
}

// long is a comparison of models 2 and 3.
var long = `{"a":2,"b":3,"changed":true,"verdict":"where the crimes lie has changed, and how many of them there are in some of the areas",
"ari":{"value":0.123,"floor":0.912},"psi":{"value":1.234,"floor":0.005},"inertia_ratio":{"value":12.345,"floor":1.015},"clusters":[` +
	strings.Repeat(`{"a":10,"b":17,"moved_m":12345.6,"moved_floor_m":23456.7,"share_a":0.4444,"share_b":0.5555,"per_day_a":1234.5,"per_day_b":2345.6,"verdict":"fewer"},`, 8) +
	`{"a":3,"b":null,"moved_m":null,"moved_floor_m":null,"share_a":0.1,"share_b":0,"per_day_a":3.2,"per_day_b":0,"verdict":"gone"}]}`

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
