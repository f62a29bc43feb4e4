// The question for the token, when the server is started with --token-file.
import {$, el, show} from "./dom.js";
import {hasToken, setToken} from "./net.js";

// open asks for the token, in place of the map and the panel, and calls then
// when there is one. The page knows by the next answer whether it is right.
export function open(then) {
  const prompt = $("token-prompt");
  if (!prompt.hidden) return;
  const input = el("input", {id: "token", type: "password", autocomplete: "off", spellcheck: "false", required: true, pattern: "[!-~]+", title: "one word of letters, digits and signs", "aria-describedby": "token-help"});
  show(prompt, el("h2", {}, "This server asks for a token"),
    hasToken() ? el("p", {class: "problem", role: "alert"}, "The token that was given is not the right one.") : null,
    el("form", {onsubmit: e => {
      e.preventDefault();
      setToken(input.value.trim());
      prompt.hidden = true;
      document.querySelector("main").hidden = false;
      then();
    }},
    el("label", {for: "token"}, "Token"), input, el("button", {type: "submit"}, "Open")),
    el("p", {class: "quiet", id: "token-help"}, "It is the word in the file that --token-file names; ask whoever runs the server. " +
      "It is kept in this tab until the tab is closed, and sent to this server only."));
  prompt.hidden = false;
  document.querySelector("main").hidden = true;
  input.focus();
}
