// Package web is the page that a browser shows, embedded in the program: HTML,
// one style sheet and ES modules, without a build step.
//
// It stands beside the answers of package api, which serves it, and asks that
// same server for everything it shows. The package holds no logic and knows no
// model: what the page may rely on is docs/formats.md.
//
// The modules in reading order. What is shown: app.js, state.js, actions.js,
// answers.js. The views: layout.js, live.js, areas.js, crime.js, compare.js,
// timeline.js, files.js, token.js. The map: maps.js, map.js, backdrop.js,
// points.js, overlay.js, projection.js, controls.js. Below all of them: dom.js,
// format.js, address.js, server.js, events.js, rate.js.
package web

import "embed"

// Files are the files of the page under page/; page/index.html is where it
// begins. All text is UTF-8.
//
//go:embed page
var Files embed.FS
