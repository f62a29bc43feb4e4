package browser_test

import (
	"fmt"
	"testing"
)

var tabs = []string{"areas", "crime", "compare", "timeline", "files"}

// TestNothingIsWiderThanItsPanel opens every tab at the widths of a telephone,
// of a small and of a large notebook. What lies in an element that scrolls by
// itself may be wider than it: .scroll of the timeline.
func TestNothingIsWiderThanItsPanel(t *testing.T) {
	s := api(t, three(t))
	id, _, _ := crime(t, s, 2, 17)
	b := open(t)
	for _, size := range [][2]int64{{390, 844}, {1280, 800}, {1440, 900}} {
		b.size(size[0], size[1])
		for _, tab := range tabs {
			b.visit(fmt.Sprintf("%s/#model=3&area=1&crime=%s&tab=%s", s.url, id, tab))
			b.mapped()
			b.wait("the panel is filled", filled[tab])
			b.shot(fmt.Sprintf("%s-%d", tab, size[0]))
			for _, wide := range eval[[]string](b, tooWide) {
				t.Errorf("tab %s on a screen of %d pixels: %s", tab, size[0], wide)
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

// tooWide describes each element that reaches beyond the panel's edges, and
// each panel whose content does.
const tooWide = `(() => {
	const out = [], panel = document.querySelector("#panel"), name = e => e.tagName.toLowerCase() + (e.id && "#" + e.id) + [...e.classList].map(c => "." + c).join("");
	for (const p of [panel, ...panel.querySelectorAll("[role=tabpanel]:not([hidden])")]) {
		if (p.scrollWidth > p.clientWidth) out.push(name(p) + " scrolls sideways: " + p.scrollWidth + " in " + p.clientWidth + " pixels");
		const edge = p.getBoundingClientRect();
		for (const e of p.querySelectorAll("*")) {
			const box = e.getBoundingClientRect();
			if (!box.width || e.parentElement.closest(".scroll")) continue;
			if (box.right > edge.right + 1 || box.left < edge.left - 1) out.push(name(e) + " reaches from " + box.left + " to " + box.right + ", " + name(p) + " from " + edge.left + " to " + edge.right);
		}
	}
	return out;
})()`
