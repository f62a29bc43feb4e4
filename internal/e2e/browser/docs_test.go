package browser_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestDocsShowAndAskEveryRoute opens /docs by the page's link to it.
func TestDocsShowAndAskEveryRoute(t *testing.T) {
	s := api(t, three(t))
	b := open(t)
	b.visit(s.url + "/#tab=files")
	b.mapped()
	b.click("#files a[href$='/docs']")
	b.says("#about", "OpenAPI 3.1")

	res, err := http.Get(s.url + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]any
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	var want []string
	for path, methods := range document.Paths {
		for method := range methods {
			want = append(want, strings.ToUpper(method)+path)
		}
	}
	slices.Sort(want)
	if len(want) < 15 {
		t.Fatalf("/openapi.json describes %q only", want)
	}
	for _, where := range []string{"#routes a", "#main > details > summary"} {
		got := eval[[]string](b, "[...document.querySelectorAll("+quote(where)+")].map(e => e.querySelector('.method').textContent + (e.querySelector('.path') || e.lastChild).textContent)")
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s shows %q, want %q", where, got, want)
		}
	}
	b.shot("docs")

	// A route is opened from the list, and its form asks this server.
	b.click("#routes a[href='#get/models/{n}']")
	one := "document.getElementById('get/models/{n}')"
	b.wait("the route is open", one+".open")
	eval[any](b, "("+one+".querySelector('input[name=n]').value = '2', "+one+".querySelector('form').requestSubmit(), null)")
	b.wait("the answer", one+".querySelector('[aria-live]').innerText.includes('200') && "+one+".querySelector('[aria-live]').innerText.includes('\"model\":2')")
	axe(t, b, "docs")

	if policy := eval[string](b, "fetch('/docs').then(r => r.headers.get('Content-Security-Policy'))"); !strings.HasPrefix(policy, "default-src 'self';") {
		t.Errorf("/docs is served under the policy %q", policy)
	}
	b.wait("a script from elsewhere is refused", `new Promise(done => {
		const script = document.createElement('script');
		script.textContent = 'window.ran = true';
		document.addEventListener('securitypolicyviolation', () => done(!window.ran), {once: true});
		document.head.append(script);
	})`)
	b.run(chromedp.Navigate("about:blank"))
	b.expected("Executing inline script violates")
	b.clean(s.url) // no error but that one, and no other host
}
