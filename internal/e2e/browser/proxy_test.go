package browser_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// TestUnderAPrefixOfAProxy opens page, docs and report where a proxy shows them
// at /city/hotspot/, and lets nothing else through.
func TestUnderAPrefixOfAProxy(t *testing.T) {
	s := api(t, three(t))
	target, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	const prefix = "/city/hotspot"
	var mu sync.Mutex
	var outside []string
	forward := http.StripPrefix(prefix, &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }})
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, prefix+"/") {
			mu.Lock()
			outside = append(outside, r.URL.Path)
			mu.Unlock()
			http.NotFound(w, r)
			return
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	home := proxy.URL + prefix + "/"

	b := open(t)
	b.visit(home + "#model=3&area=1")
	b.mapped()
	b.wait("the events come", "document.querySelector('#state').innerText.includes('stopped')")
	b.click("#list-crimes")
	b.wait("its crimes", "document.querySelector('#next-crimes')")
	first := eval[string](b, "document.querySelector('.crimes button').innerText")
	b.click("#next-crimes") // its path is the server's
	b.wait("the next crimes", "document.querySelector('.crimes') && !document.querySelector('.crimes').innerText.includes('"+first+"')")
	b.click("#tab-files")
	b.says("#files", "curl -s "+home+"models")
	b.click("#files a[href$='/report/3']")
	b.wait("the report", "location.pathname === '"+prefix+"/report/3' && document.querySelector('svg')")
	b.visit(home + "#tab=files")
	b.mapped()
	b.click("#files a[href$='/docs']")
	b.says("#about", "OpenAPI 3.1")
	b.click("#routes a[href='#get/models/{n}']")
	one := "document.getElementById('get/models/{n}')"
	eval[any](b, "("+one+".querySelector('input[name=n]').value = '2', "+one+".querySelector('form').requestSubmit(), null)")
	b.wait("the answer", one+".querySelector('[aria-live]').innerText.includes('\"model\":2')")
	b.wait("the curl that gives it", one+".innerText.includes('"+home+"models/')")
	mu.Lock()
	defer mu.Unlock()
	if len(outside) > 0 {
		t.Errorf("asked outside of %s: %q", prefix, outside)
	}
	b.clean(proxy.URL)
}
