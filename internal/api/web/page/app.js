// The page begins here: which view shows which part of the state, and what is
// told to the actions.
import * as actions from "./actions.js";
import {writeAddress} from "./address.js";
import {keepAnswers} from "./answers.js";
import {highlightCard, renderAreas} from "./areas.js";
import {renderComparison} from "./compare.js";
import {renderCrime} from "./crime.js";
import {$} from "./dom.js";
import {listen} from "./events.js";
import {renderFiles} from "./files.js";
import {addLayout} from "./layout.js";
import {renderLive} from "./live.js";
import {addMaps} from "./maps.js";
import {renderSpots} from "./spots.js";
import {compared, observe, pair, shownModel, state} from "./state.js";
import {renderTimeline} from "./timeline.js";
import {renderToken} from "./token.js";

// view renders into the element with that id what select takes from the state.
const view = (id, select, render) => observe(select, (...parts) => render($(id), ...parts));

keepAnswers();
addLayout();
addMaps();
view("areas", () => [state.models, shownModel(), state.areas, state.area, state.crimes], renderAreas);
view("areas", () => [state.pointed ?? state.area, state.areas, state.area, state.crimes], highlightCard);
view("spots", () => [state.models, shownModel(), state.areas], renderSpots);
view("crime", () => [state.models, state.lookup, shownModel(), state.hour], renderCrime);
view("compare", () => [state.models, state.tab, shownModel(), compared()?.a, compared()?.b, state.comparison, state.changes], renderComparison);
view("timeline", () => [state.history, shownModel()], renderTimeline);
view("files", () => [state.models, shownModel(), state.areas, state.crime, state.place, pair()?.a, pair()?.b, state.tokenWanted], renderFiles);
view("live", () => [state.connected, state.unanswered, state.folder, state.openBatch, state.rate, state.models, state.refused, state.news], renderLive);
view("token-prompt", () => [state.tokenWanted], (holder, wanted) => renderToken(holder, wanted, start));
observe(() => [state.tab, state.model, state.area, state.crime, state.place, compared()?.a, compared()?.b, state.at], () => writeAddress());

addEventListener("popstate", actions.openAddress);
setInterval(actions.settleRate, 1000);
let resume = null; // begins to listen to the events again
actions.openAddress();
start();

// start asks for the models and listens to the events, as soon as the server
// lets the page in.
async function start() {
  await actions.askForModels();
  document.documentElement.dataset.ready = "true"; // for tests
  if (state.tokenWanted) return;
  if (resume) return resume();
  resume = listen({
    connected: actions.setConnected,
    locked: actions.wantToken,
    snapshot: actions.receiveModels,
    open: actions.receiveOpenBatch,
    model: actions.askForModels,
    gone: actions.askForModels,
    refused: actions.receiveRefused,
    folder: actions.receiveFolder,
  });
}
