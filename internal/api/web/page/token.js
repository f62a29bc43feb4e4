// The question for the token of a server that was started with --token-file.
import {giveToken} from "./actions.js";
import {$, el, show} from "./dom.js";
import {hasToken} from "./server.js";

// renderToken asks for the token, in place of the map and the panel, and calls
// then when there is one. The next answer says whether it is the right one.
export function renderToken(holder, wanted, then) {
  holder.hidden = !wanted;
  $("main").hidden = wanted;
  if (!wanted) return show(holder);
  const input = el("input", {id: "token", type: "password", autocomplete: "off", spellcheck: "false", required: true, pattern: "[!-~]+", title: "One word of letters, digits and signs", "aria-describedby": "token-help"});
  const submit = e => {
    e.preventDefault();
    giveToken(input.value.trim());
    then();
  };
  show(holder, el("h2", {}, "This server asks for a token"),
    hasToken() ? el("p", {class: "problem", role: "alert"}, "The server did not accept this token.") : null,
    el("form", {onsubmit: submit}, el("label", {for: "token"}, "Token"), input, el("button", {type: "submit"}, "Open")),
    el("p", {class: "quiet", id: "token-help"}, "The token is the word in the file that --token-file names; ask whoever runs the server. " +
      "The page keeps it in this tab until you close the tab, and sends it to this server only."));
  input.focus();
}
