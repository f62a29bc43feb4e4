package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
)

// made is a folder with three batches and their models, made once by programs
// that have ended.
var made string

// three is a copy of that folder.
func three(t *testing.T) string {
	t.Helper()
	bin, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	if made == "" {
		dir := filepath.Join(bin, "three")
		_, ended, said := run(t, bin, func(string) {}, "hotspot", "up", "--once", "3", "--sleep-max", "0s", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0",
			"--broker-listen", "127.0.0.1:0", "--broker-data", filepath.Join(bin, "broker"), "--dir", dir)
		<-ended
		if _, err := os.Stat(filepath.Join(dir, "model-000003.json")); err != nil {
			t.Fatalf("%v:\n%s", err, said())
		}
		made = dir
	}
	data := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(data, os.DirFS(made)); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestNothingHasArrived(t *testing.T) {
	s := api(t, t.TempDir())
	b := open(t)
	b.visit(s.url + "/")
	b.says("#empty", "Nothing has arrived so far")
	b.says("#state", "No consumer has written here yet")
	b.shot("nothing-yet")
	axe(t, b, "nothing yet")
	b.clean(s.url)
}

// TestBrokerAway takes the broker away from under a running stream, and gives
// it back.
func TestBrokerAway(t *testing.T) {
	dir := t.TempDir()
	broker := func(at string) (address string, stop func()) {
		return listen(t, dir, regexp.MustCompile(`development broker started.*"address":"([^"]+)"`), "hotspot", "broker", "--broker-listen", at, "--broker-data", filepath.Join(dir, "broker"))
	}
	address, stop := broker("127.0.0.1:0")
	data := filepath.Join(dir, "data")
	run(t, dir, func(string) {}, "consumer", "--brokers", address, "--dir", data)
	_, produced, said := run(t, dir, func(string) {}, "hotspot", "generate", "-o", filepath.Join(dir, "city.csv"))
	if <-produced; !strings.Contains(said(), "15") {
		t.Fatalf("generate: %s", said())
	}
	_, produced, said = run(t, dir, func(string) {}, "producer", "--brokers", address, "--input", filepath.Join(dir, "city.csv"), "--sleep-max", "0s", "--limit", "7000")
	<-produced
	s := api(t, data)
	b := open(t)
	b.visit(s.url + "/")
	b.wait("7,000 rows: "+said(), "/batch 2: 2,000/.test(document.querySelector('#fill-text').innerText)")
	b.says("#invented", "invented city")
	stop()
	b.says("#state", "The broker is away")
	b.wait("it is marked as an outage", "document.querySelector('#live.outage')")
	b.wait("the models so far stay", "document.querySelectorAll('#areas .card').length === 5")
	b.shot("broker-away")
	axe(t, b, "broker away")
	broker(address)
	b.says("#state", "Waiting for more rows")
	b.wait("the outage is over", "!document.querySelector('#live.outage')")
	b.clean(s.url)
}

// TestOutages shows what a consumer can write into its status.
func TestOutages(t *testing.T) {
	data := three(t)
	s := api(t, data)
	b := open(t)
	b.visit(s.url + "/")
	b.mapped()
	status := func(state, detail string, dead, duplicates int) {
		text := fmt.Sprintf(`{"format":"hotspot.open/2","title":"t","invented":true,"batch":4,"first_row":15001,"rows":12,"batch_size":5000,"state":%q,"detail":%q,`+
			`"training":null,"reported":{"first":"","last":""},"lag":1,"duplicates":%d,"dead_letters":%d,"recent":[[15012,-104.98,39.74,"<b>larceny</b>"]]}`+"\n", state, detail, duplicates, dead)
		name := filepath.Join(data, "open.json")
		if err := os.WriteFile(name+".new", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(name+".new", name); err != nil {
			t.Fatal(err)
		}
	}
	lock, err := os.OpenFile(filepath.Join(data, ".lock"), os.O_RDONLY|os.O_CREATE, 0o644) // as a consumer has it
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	status("halted", "row 15013 is missing: <img src=x onerror=alert(1)>", 0, 0)
	b.says("#state", "The consumer has halted; the models so far stay")
	b.says("#detail", "row 15013 is missing: <img src=x")
	b.says("#lag", "lag 1 row")
	b.wait("the legend says what the newest rows are", "!document.querySelector('#legend-newest').hidden")
	b.shot("halted")
	axe(t, b, "halted")
	status("disk", "no space left on device", 3, 1)
	b.says("#state", "cannot write to its disk")
	b.says("#detail", "no space left")
	b.says("#dead", "3 dead letters, 1 duplicate dropped")
	b.shot("disk-and-dead-letters")
	status("reading", "", 1, 0)
	b.says("#dead", "1 dead letter")
	b.wait("the outage is over", "!document.querySelector('#live.outage')")
	lock.Close() // as when it is killed
	b.says("#state", "The consumer has ended without a word")
	b.says("#detail", "the last word, reading, is of 20")
	if n := eval[int](b, "document.querySelectorAll('#live img, #live b').length"); n != 0 {
		t.Errorf("text of the data became %d elements", n)
	}
	b.clean(s.url)
}

// TestTheFolderIsAway takes the folder away from under the api, and gives it back.
func TestTheFolderIsAway(t *testing.T) {
	data := three(t)
	s := api(t, data)
	b := open(t)
	b.visit(s.url + "/")
	b.mapped()
	if err := os.Rename(data, data+"-away"); err != nil {
		t.Fatal(err)
	}
	b.says("#state", "The api cannot read its folder: no such folder; the page shows what it held before")
	b.wait("it is marked as an outage", "document.querySelector('#live.outage')")
	b.wait("the models so far stay", "document.querySelectorAll('#areas .card').length === 5")
	b.shot("folder-away")
	axe(t, b, "folder away")
	b.run(chromedp.Reload())
	b.mapped()
	b.says("#state", "The api cannot read its folder: no such folder")
	if err := os.Rename(data+"-away", data); err != nil {
		t.Fatal(err)
	}
	b.says("#state", "The stream has stopped")
	b.wait("the outage is over", "!document.querySelector('#live.outage')")
	b.clean(s.url)
}

// TestNoSuchFolder is what a mistyped --dir shows.
func TestNoSuchFolder(t *testing.T) {
	data := filepath.Join(t.TempDir(), "typo")
	s := api(t, data)
	b := open(t)
	b.visit(s.url + "/")
	b.says("#state", "The folder of --dir cannot be read: no such folder")
	b.says("#empty", "The folder of --dir cannot be read: no such folder")
	b.says("#areas", "No model is served.")
	b.wait("it is marked as an outage", "document.querySelector('#live.outage')")
	b.shot("no-such-folder")
	axe(t, b, "no such folder")
	if err := os.Mkdir(data, 0o755); err != nil {
		t.Fatal(err)
	}
	b.says("#empty", "Nothing has arrived so far")
	b.expected("503")
	b.clean(s.url)
}

// TestNothingIsServedBecauseAFileIsRefused is no folder in which nothing has arrived.
func TestNothingIsServedBecauseAFileIsRefused(t *testing.T) {
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "batch-000001.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	s := api(t, data)
	b := open(t)
	b.visit(s.url + "/")
	b.says("#empty", "The api refused batch-000001.json")
	b.clean(s.url)
}

func TestTokenIsAskedForOnce(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "token")
	if err := os.WriteFile(name, []byte("s3cret-word\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := api(t, three(t), "--token-file", name)
	b := open(t)
	b.visit(s.url + "/#tab=files&model=2")
	b.says("#token-prompt", "This server asks for a token")
	b.wait("no data without it", "document.querySelector('main').hidden && !document.querySelector('.card')")
	b.shot("token")
	axe(t, b, "token")
	b.run(chromedp.SendKeys("#token", "wrong-word", chromedp.ByQuery))
	b.press(enterKey)
	b.says("#token-prompt", "did not accept this token")
	b.run(chromedp.SendKeys("#token", "s3cret-word", chromedp.ByQuery))
	b.press(enterKey)
	b.mapped()
	b.says("#files", "Authorization: Bearer TOKEN")
	b.wait("the events come, too", "document.querySelector('#link').dataset.state !== 'down' && document.querySelector('#fill-text').innerText.includes('batch 4')")
	b.wait("it stands nowhere to be read", "!document.documentElement.innerHTML.includes('s3cret') && !location.href.includes('s3cret') && !localStorage.length")
	b.shot("token-given")
	b.run(chromedp.Reload())
	b.mapped()
	if eval[bool](b, "!document.querySelector('#token-prompt').hidden") {
		t.Error("after a reload the tab asks again")
	}
	b.expected("401")
	b.clean(s.url)
}
