package browser_test

import "testing"

// TestServerThatStillReadsIsAskedAgain opens the page while the api has
// answers of the newest batch only: the first questions for the backdrop and for
// the points get the 503 that it gives then.
func TestServerThatStillReadsIsAskedAgain(t *testing.T) {
	s := api(t, three(t))
	b := open(t)
	loading := func(n int) (int, string, string) {
		if n > 1 {
			return 0, "", ""
		}
		return 503, "application/problem+json", `{"type":"/problems/loading","title":"Still loading","status":503,"detail":"The first batches are still being read."}`
	}
	asked := b.answer(s.url, loading, "*/ground", "*/points")
	b.visit(s.url + "/")
	b.mapped()
	b.wait("the backdrop is drawn", "Number(document.querySelector('#map-a').dataset.backdrop) > 0")
	b.wait("the panel shows the areas", "document.querySelectorAll('#areas .card').length === 5 && !document.querySelector('.problem')")
	b.wait("the map says nothing more", "document.querySelector('#empty').hidden")
	b.shot("asked-again")
	for _, path := range []string{"/ground", "/models/3/points"} {
		if n := asked(path); n < 2 {
			t.Errorf("%s was asked for %d times, want again after the 503", path, n)
		}
	}
	b.expected("503")
	b.clean(s.url)
}
