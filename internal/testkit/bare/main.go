// Command bare is the least that net/http can do with the api's answers: a
// handler that writes the bytes of a map. scripts/bench-api.sh measures the api
// beside it.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: bare ADDRESS ANSWERS.json")
	}
	data, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	var texts map[string]string // body by path
	if err := json.Unmarshal(data, &texts); err != nil {
		log.Fatal(err)
	}
	answers := make(map[string][]byte, len(texts))
	for path, body := range texts {
		answers[path] = []byte(body)
	}
	kind := []string{"application/json"}
	log.Fatal(http.ListenAndServe(os.Args[1], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header()["Content-Type"] = kind
		w.Write(body)
	})))
}
