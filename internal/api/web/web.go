// Package web is the page that a browser shows, embedded in the program: HTML,
// one style sheet and ES modules, without a build step.
//
// It stands beside the answers of package api, which serves it, and asks that
// same server for everything it shows. The package holds no logic and knows no
// model: what the page may rely on is docs/formats.md.
package web

import "embed"

// Files are the files of the page under page/; page/index.html is where it
// begins. All text is UTF-8.
//
//go:embed page
var Files embed.FS
