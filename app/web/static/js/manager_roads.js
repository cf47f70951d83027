// Live speeds: which roads are closed or slow, and closing a street that is clicked or an area that is drawn.

import { request } from "./api.js";
import { clock, decodePolyline6, element, localDay, longDate } from "./format.js";
import { collection, fit, show } from "./map.js";

const EFFECTS = {
  closed: ["Closed", { closed: true }],
  half: ["Half the speed", { factor: 0.5 }],
  quarter: ["A quarter of the speed", { factor: 0.25 }],
  walking: ["Walking pace", { speed_kmh: 5 }],
};
const ENDS = [[3600, "1 hour"], [14400, "4 hours"], [86400, "1 day"], [604800, "1 week"], [0, "Until it is ended"]];
const COLOUR = ["match", ["get", "effect"], "closed", "#c81e1e", "faster", "#1f7a4d", "#d97706"];
const HINTS = {
  street: "Click a street on the map.",
  area: "Click its corners on the map, three or more, then “Area is complete”.",
};

export class RoadSpeeds {
  /** `opening` gives the map or null, `redraw()` draws the tab anew, `attempt(action)` reports what fails. */
  constructor(me, opening, attempt, redraw) {
    this.me = me;
    this.opening = opening;
    this.attempt = attempt;
    this.redraw = redraw;
    this.map = null;
    this.shapes = collection([]);
    this.mode = null; // "street" or "area" while it is chosen on the map
    this.corners = [];
    this.chosen = null; // { title, roads: [what the request says, what people read][], coordinates }
  }

  /** Draw what is in effect on the map. */
  async load() {
    this.shapes = await request("GET", "/v1/network/speeds/shapes");
    this.map = await this.opening;
    this.#draw();
  }

  /** The tab: tools, the form for what was chosen, and all that is in effect. */
  async panel() {
    const [, answer] = await Promise.all([this.load(), request("GET", "/v1/network/speeds")]);
    const may = ["manager", "admin"].includes(this.me.role);
    return [
      may ? this.#tools() : null,
      this.mode ? element("p", { class: "quiet small", id: "road-hint" }, HINTS[this.mode]) : null,
      this.chosen ? this.#form() : null,
      this.#table(answer.changes, may),
    ];
  }

  /** Leave off choosing. */
  stop() {
    if (!this.mode && !this.chosen) return;
    this.#choose(null);
  }

  #tools() {
    const button = (mode, label) =>
      element("button", { id: `pick-${mode}`, "aria-pressed": String(this.mode === mode), disabled: !this.map, onclick: () => this.#start(this.mode === mode ? null : mode) }, label);
    const complete = this.mode === "area" && this.corners.length >= 3;
    return element(
      "div",
      { class: "toolbar" },
      button("street", "Pick a street"),
      button("area", "Draw an area"),
      complete ? element("button", { id: "area-complete", onclick: () => this.#completeArea() }, "Area is complete") : null,
    );
  }

  #start(mode) {
    this.#choose(null);
    this.mode = mode;
    this.map.pick(mode && ((at) => this.attempt(() => (mode === "street" ? this.#pickStreet(at) : this.#addCorner(at)))));
    return this.attempt(this.redraw);
  }

  #choose(chosen) {
    this.mode = null;
    this.corners = [];
    this.chosen = chosen;
    this.map?.pick(null);
    this.#draw();
  }

  async #pickStreet({ lng, lat }) {
    const road = await request("GET", `/v1/network/road?lon=${lng}&lat=${lat}`);
    const arcs = [road.forward, road.backward].filter(Boolean).map((one) => one.arc);
    const roads = [[{ arcs }, "From junction to junction"]];
    if (road.way_id) roads.push([{ ways: [road.way_id] }, `The whole way ${road.way_id}`]);
    this.#choose({ title: road.name || "Street without a name", roads, coordinates: decodePolyline6(road.geometry), type: "LineString" });
    await this.redraw();
  }

  async #addCorner({ lng, lat }) {
    this.corners.push([lng, lat]);
    this.#draw();
    await this.redraw();
  }

  #completeArea() {
    const ring = [...this.corners, this.corners[0]];
    const roads = [[{ area: { type: "Polygon", coordinates: [ring] } }, "All roads that meet it"]];
    this.#choose({ title: "Area", roads, coordinates: [ring], type: "Polygon" });
    return this.attempt(this.redraw);
  }

  #form() {
    const select = (id, label, options) => {
      const input = element("select", { id }, ...options.map(([value, text]) => element("option", { value }, text)));
      return [element("label", {}, label, input), input];
    };
    const [effectLabel, effect] = select("road-effect", "What holds", Object.entries(EFFECTS).map(([code, [text]]) => [code, text]));
    const [endLabel, end] = select("road-end", "For", ENDS);
    const [whereLabel, where] = select("road-where", "Where", this.chosen.roads.map(([, text], i) => [i, text]));
    const reason = element("input", { id: "road-reason", maxlength: 120, placeholder: "Burst main" });
    const form = element(
      "form",
      { id: "road-form" },
      element("h2", {}, this.chosen.title),
      element("div", { class: "toolbar" }, whereLabel, effectLabel, endLabel, element("label", {}, "Reason", reason)),
      element("div", { class: "toolbar spread" }, element("button", { class: "primary" }, "Put into effect"), element("button", { type: "button", onclick: () => { this.#choose(null); this.attempt(this.redraw); } }, "Never mind")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const label = [this.chosen.title, reason.value.trim()].filter(Boolean).join(": ").slice(0, 200);
      const change = { ...this.chosen.roads[Number(where.value)][0], ...EFFECTS[effect.value][1], label };
      if (Number(end.value)) change.for_s = Number(end.value);
      this.attempt(async () => {
        await request("PATCH", "/v1/network/speeds", { changes: [change] });
        this.#choose(null);
        await this.redraw();
      });
    });
    return form;
  }

  #table(changes, may) {
    if (!changes.length) return element("p", { class: "quiet", id: "no-speeds" }, "All roads are driven at the map's own speeds.");
    const head = ["Roads", "What holds", "Until", ""].map((text) => element("th", {}, text));
    const rows = changes.toReversed().map((one) => this.#row(one, may));
    return element("table", { id: "speeds" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
  }

  #row(change, may) {
    const end = element("button", { "aria-label": `End ${change.id}`, onclick: (event) => { event.stopPropagation(); this.attempt(() => this.#end(change.id)); } }, "End");
    const swatch = element("span", { class: `swatch ${change.closed ? "closed" : change.factor > 1 ? "faster" : "slower"}` });
    const row = element("tr", { tabindex: 0, onclick: () => this.#goTo(change.id) });
    row.append(
      element("td", { class: "label" }, swatch, change.label || `${change.arc_count} stretches of road`),
      element("td", {}, effectText(change)),
      element("td", {}, change.until ? this.#when(change.until) : "it is ended"),
      element("td", {}, may ? end : ""),
    );
    return row;
  }

  #when(until) {
    const zone = this.me.time_zone;
    return `${longDate(localDay(until, zone))} ${clock(until, zone)}`;
  }

  async #end(id) {
    await request("DELETE", `/v1/network/speeds/${id}`);
    await this.redraw();
  }

  #goTo(id) {
    const found = this.shapes.features.find((one) => one.properties.id === id);
    if (found && this.map) fit(this.map.map, found.geometry.coordinates.flat(found.geometry.type === "MultiPolygon" ? 2 : 1));
  }

  #draw() {
    if (!this.map) return;
    const map = this.map.map;
    show(map, "speeds", this.shapes, [
      { id: "speed-area", type: "fill", paint: { "fill-color": COLOUR, "fill-opacity": 0.18 } },
      { id: "speed-casing", type: "line", layout: { "line-cap": "round" }, paint: { "line-color": "#fff", "line-width": 7 } },
      { id: "speed-line", type: "line", layout: { "line-cap": "round" }, paint: { "line-color": COLOUR, "line-width": 4 } },
    ], "street-name");
    show(map, "picked", collection(this.#picked()), [
      { id: "picked-area", type: "fill", paint: { "fill-color": "#14506b", "fill-opacity": 0.15 } },
      { id: "picked-line", type: "line", layout: { "line-cap": "round" }, paint: { "line-color": "#14506b", "line-width": 4, "line-dasharray": [1.5, 1.5] } },
      { id: "picked-corner", type: "circle", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 5, "circle-color": "#14506b", "circle-stroke-color": "#fff", "circle-stroke-width": 2 } },
    ]);
  }

  #picked() {
    const feature = (type, coordinates) => ({ type: "Feature", geometry: { type, coordinates }, properties: {} });
    if (this.chosen) return [feature(this.chosen.type, this.chosen.coordinates)];
    const corners = this.corners.map((corner) => feature("Point", corner));
    return this.corners.length > 1 ? [feature("LineString", this.corners), ...corners] : corners;
  }
}

function effectText(change) {
  if (change.closed) return "closed";
  if (change.speed_kmh) return `${change.speed_kmh} km/h`;
  return `${Math.round(change.factor * 100)} % of the speed`;
}
