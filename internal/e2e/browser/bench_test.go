package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// BenchmarkPage opens the page on one batch of the invented city, each time in
// a browser with a fresh profile, and moves its map by 60 steps of the wheel.
// What it reports are the browser's own figures (docs/numbers.md).
func BenchmarkPage(b *testing.B) {
	for _, rows := range []int{5_000, 394_279} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			dir := b.TempDir()
			data := filepath.Join(dir, "data")
			n := fmt.Sprint(rows)
			_, made, _ := run(b, dir, func(string) {}, "hotspot", "generate", "--rows", n, "-o", filepath.Join(dir, "city.csv"))
			<-made
			_, ended, said := run(b, dir, func(string) {}, "hotspot", "up", "--once", "1", "--batch-size", n, "--sleep-max", "0s", "--input", filepath.Join(dir, "city.csv"),
				"--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--broker-listen", "127.0.0.1:0", "--broker-data", filepath.Join(dir, "broker"), "--dir", data)
			<-ended
			if _, err := os.Stat(filepath.Join(data, "model-000001.json")); err != nil {
				b.Fatalf("%v:\n%s", err, said())
			}
			s := api(b, data)
			var bytes, arrived, drawn, script, rest, between []float64
			for b.Loop() {
				page := open(b)
				page.visit(s.url + "/")
				page.wait("points on the map", fmt.Sprintf("Number(document.querySelector('#map-a').dataset.points) > %d", rows*99/100))
				page.wait("the backdrop", "Number(document.querySelector('#map-a').dataset.backdrop) > 0")
				page.rests()
				type figures struct {
					Bytes, Arrived, Drawn, Rest float64
					Script, Between             []float64
				}
				f := eval[figures](page, measure)
				bytes, arrived, drawn, rest = append(bytes, f.Bytes), append(arrived, f.Arrived), append(drawn, f.Drawn), append(rest, f.Rest)
				script, between = append(script, f.Script...), append(between, f.Between...)
				page.close()
			}
			b.ReportMetric(quantile(bytes, 0.5), "B/view")
			b.ReportMetric(quantile(arrived, 0.5), "ms-to-points")
			b.ReportMetric(quantile(drawn, 0.5), "ms-to-first-frame")
			b.ReportMetric(quantile(script, 0.5), "ms-script/frame")
			b.ReportMetric(quantile(script, 0.95), "ms-script/frame-p95")
			b.ReportMetric(quantile(between, 0.5), "ms-between")
			b.ReportMetric(quantile(between, 0.95), "ms-between-p95")
			b.ReportMetric(quantile(rest, 0.5), "ms-script/rest")
		})
	}
}

// measure sums up what was sent for the first view, headers included, and
// moves the map.
const measure = `(async () => {
	const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")], map = document.querySelector("#map-a");
	const f = {bytes: all.reduce((s, e) => s + e.transferSize, 0), arrived: all.find(e => /points$/.test(e.name)).responseEnd,
		drawn: Number(map.dataset.first), rest: Number(map.dataset.took), script: [], between: []};
	const frame = () => new Promise(requestAnimationFrame), surface = map.querySelector("canvas:last-of-type"), box = surface.getBoundingClientRect();
	for (let i = 0, last = await frame(); i < 60; i++) {
		surface.dispatchEvent(new WheelEvent("wheel", {deltaY: i % 20 < 10 ? -40 : 40, clientX: box.x + 300, clientY: box.y + 300, bubbles: true, cancelable: true}));
		await frame();
		const now = await frame();
		f.script.push(Number(map.dataset.took));
		f.between.push((now - last) / 2);
		last = now;
	}
	return f;
})()`

func quantile(all []float64, q float64) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[int(q*float64(len(sorted)-1))]
}
