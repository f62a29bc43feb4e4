package e2e_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"hotspot/internal/testkit"
)

// TestTheReadmeShowsTrueAnswers asks what the README asks, of the city that it
// invents, and looks for every answer in it.
func TestTheReadmeShowsTrueAnswers(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	address := testkit.FreeAddress(t)
	start(t, t.TempDir(), "hotspot", "up", "--sleep-max", "0", "--broker-listen", "127.0.0.1:0", "--listen", address, "--web", "127.0.0.1:0")
	url := "http://" + address
	testkit.Eventually(t, "model 3 answers", func() bool {
		var model struct{}
		return get(url+"/models/3", &model)
	})
	for n, path := range []string{
		"/model1/2018174723/cluster", "/model2/20166003240/cluster", "/model3/20176001385/cluster", "/model9/5/cluster",
	} {
		if !strings.Contains(string(readme), "curl http://127.0.0.1:6000"+path) {
			t.Errorf("the README does not ask %s", path)
		}
		status, body := testkit.Get(url + path)
		if status == 0 {
			t.Fatal(body)
		}
		if answer := strings.TrimSpace(body); !strings.Contains(string(readme), answer) {
			t.Errorf("question %d, %s: the README lacks the answer\n%s", n+1, path, answer)
		}
	}
	for n := 1; n <= 3; n++ { // the names of the models
		var model struct {
			Name string `json:"name"`
		}
		if !get(fmt.Sprintf("%s/models/%d", url, n), &model) || !strings.Contains(string(readme), "its name: "+model.Name) {
			t.Errorf("the README does not call model %d %q", n, model.Name)
		}
	}
}
