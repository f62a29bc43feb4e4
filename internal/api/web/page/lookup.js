// What a person asks about one crime or one place: by its number, or by a
// click on a map.
import {$} from "./dom.js";
import * as crime from "./crime.js";
import * as net from "./net.js";
import {state, write} from "./state.js";

// Lookup asks and shows. page is what it needs of the page: maps, view,
// plane(), current(), entry(n), tabs() and the holder of its answers.
export class Lookup {
  constructor(page, doing) {
    this.page = page;
    this.doing = doing;
    this.holder = $("crime");
    this.hour = 12; // for models whose features hold the time
  }

  // find shows the crime with that id.
  async find(id, step = true) {
    state.crime = id;
    state.place = null;
    if (step) this.open();
    $("crime-id").value = id;
    const m = this.page.current();
    try {
      const known = await net.json("/crimes/" + encodeURIComponent(id));
      if (state.crime !== id) return;
      crime.render(this.holder, known, m, this.page.entry, this.doing);
      if (step) reveal();
      if (!m) return;
      const {clusters} = await net.keep(`/models/${m.model}/clusters`);
      const seen = new Set();
      this.mark(known.offenses.filter(o => o.lon !== null && !o.reason && !seen.has(o.lon + "," + o.lat) && seen.add(o.lon + "," + o.lat)).map(o => {
        const c = o.clusters.find(c => c.model === m.model);
        return {lon: o.lon, lat: o.lat, to: lines(clusters, c)};
      }));
    } catch (e) {
      this.mark([]);
      crime.trouble(this.holder, e, id);
    }
  }

  // picked is told the place of a click: a crime is shown, and of a place
  // without one what the model says.
  async picked(map, m, p) {
    const plane = this.page.plane();
    if (!m || !plane) return;
    const i = map.points.nearest(this.page.view, p.x, p.y, 7);
    try {
      if (i >= 0) {
        const id = await this.crimeOf(m, map.points.data, i);
        if (id) return await this.find(id);
      }
      const {lon, lat} = plane.place(p.x, p.y), place = {lon: round(lon), lat: round(lat)};
      state.crime = null;
      state.place = [place.lon, place.lat];
      this.open();
      await this.predict(map, m, place);
      reveal();
    } catch (e) {
      crime.trouble(this.holder, e);
    }
  }

  async predict(map, m, place) {
    const timed = m.features.includes("time");
    const at = {...place, ...timed && {hour: this.hour}};
    const answer = await net.json(`/models/${m.model}/predict`, {method: "POST", headers: {"Content-Type": "application/json"},
      body: JSON.stringify({locations: [at]})});
    crime.predicted(this.holder, m, answer.results[0], timed ? this.hour : null, hour => {
      this.hour = hour;
      this.predict(map, m, place).then(() => $("hour")?.focus(), e => crime.trouble(this.holder, e));
    });
    this.mark([{...place, to: lines(map.clusters, answer.results[0])}]);
  }

  // crimeOf finds the crime of point i of a model: points are the trained rows
  // in order, so its row is i rows after the first one, or a little later where
  // rows were left out of the training.
  async crimeOf(m, data, i) {
    const plane = this.page.plane();
    const near = o => Math.abs(plane.x(o.lon) - data.x[i]) < 0.02 && Math.abs(plane.y(o.lat) - data.y[i]) < 0.02;
    const page = await net.json(`/models/${m.model}/clusters/${data.cluster[i]}/crimes?after=${m.first_row + i - 1}&limit=1000`);
    return page.crimes.find(near)?.crime_id;
  }

  // mark draws places on every map.
  mark(all) {
    this.page.maps.forEach(m => { m.marks = all; m.redraw(); });
  }

  open() {
    state.tab = "crime";
    write(true);
    this.page.tabs();
  }
}

// lines are those from a place to the mean of its cluster, and of the second
// choice, dashed.
function lines(clusters, c) {
  if (!c || c.cluster === null) return [];
  const to = [clusters[c.cluster]?.centroid];
  if (c.second) to.push({...clusters[c.second.cluster]?.centroid, dashed: true});
  return to.filter(t => t?.lon !== undefined);
}

const round = v => Math.round(v * 1e5) / 1e5;

// reveal brings the answer into sight where the panel is below the map.
function reveal() {
  if (matchMedia("(max-width: 800px)").matches) $("panel").scrollIntoView();
}
