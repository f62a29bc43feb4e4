// Package browser holds only tests: the page in a real Chromium, from the
// empty folder to three models, with a mouse, with keys alone, on a narrow
// screen and in the dark. scripts/test-integration.sh runs them.
package browser
