// How far one comes in some minutes: areas around a rep's home, or around a point that is clicked, and what is near.

import { request } from "./api.js";
import { element, kilometres, minutes as asMinutes } from "./format.js";
import { collection, fit, show } from "./map.js";

const POINT = "point";
const COLOURS = ["#1a9850", "#91cf60", "#fdd45c", "#fc8d59", "#d73027", "#8c2d6f", "#5b3a8e", "#3b3b6d"]; // near to far
const NEAREST = 10;

export class ReachAreas {
  /** `opening` gives the map or null, `redraw()` draws the tab anew, `attempt(action)` reports what fails. */
  constructor(opening, attempt, redraw) {
    this.opening = opening;
    this.attempt = attempt;
    this.redraw = redraw;
    this.map = null;
    this.reps = null;
    this.from = null; // a rep's id, or POINT while one is clicked or has been
    this.at = null; // { lng, lat } of the point
    this.minutes = "15,30,45";
    this.direction = "from";
    this.areas = null;
    this.near = [];
    this.asked = 0; // counts questions, so that a late answer does not take the place of a later one
  }

  /** The tab: where from, how long, the areas' colours, and the accounts that are nearest. */
  async panel() {
    this.reps ??= (await request("GET", "/v1/reps")).items;
    this.map = await this.opening;
    this.#draw();
    const waits = this.from === POINT && !this.at;
    return [
      this.#form(),
      waits ? element("p", { class: "quiet small", id: "reach-hint" }, "Click the place on the map.") : null,
      this.areas ? this.#legend() : element("p", { class: "quiet small" }, "A click on a rep's home on the map shows it, too."),
      this.near.length ? this.#table() : null,
    ];
  }

  /** Around a rep's home. */
  async showRep(repId) {
    this.map?.pick(null);
    this.from = repId;
    this.at = null;
    await this.#load();
  }

  /** Leave the map to the other tabs. */
  stop() {
    if (this.from === null) return;
    this.from = null;
    this.at = null;
    this.areas = null;
    this.near = [];
    this.map?.pick(null);
    this.#draw();
  }

  #form() {
    const option = (value, text) => element("option", { value, selected: String(this.from ?? "") === String(value) }, text);
    const from = element("select", { id: "reach-from" }, option("", "Choose…"), option(POINT, "A point on the map"), ...this.reps.map((rep) => option(rep.id, rep.name)));
    const minutes = element("input", { id: "reach-minutes", value: this.minutes, inputmode: "numeric", maxlength: 60 });
    const direction = element(
      "select",
      { id: "reach-direction" },
      element("option", { value: "from", selected: this.direction === "from" }, "Away"),
      element("option", { value: "to", selected: this.direction === "to" }, "Towards"),
    );
    const form = element(
      "form",
      { class: "toolbar", id: "reach-form" },
      element("label", {}, "From", from),
      element("label", { title: "Several with commas" }, "Minutes", minutes),
      element("label", {}, "Direction", direction),
      element("button", { class: "primary" }, "Show"),
    );
    const read = () => { this.minutes = minutes.value.replaceAll(" ", ""); this.direction = direction.value; };
    from.addEventListener("change", () => { read(); this.attempt(() => this.#choose(from.value)); });
    form.addEventListener("submit", (event) => { event.preventDefault(); read(); this.attempt(() => this.#load()); });
    return form;
  }

  async #choose(value) {
    if (value !== POINT) return value ? this.showRep(Number(value)) : (this.stop(), this.redraw());
    this.from = POINT;
    this.at = null;
    this.areas = null;
    this.near = [];
    this.map?.pick((at) => this.attempt(() => { this.at = at; return this.#load(); }));
    return this.redraw();
  }

  async #load() {
    if (this.from === null || (this.from === POINT && !this.at)) return this.redraw();
    const [place, home] = this.from === POINT ? [`lon=${this.at.lng}&lat=${this.at.lat}`] : [`rep_id=${this.from}`, `home_of=${this.from}`];
    this.asked += 1;
    const question = this.asked;
    const [areas, near] = await Promise.all([
      request("GET", `/v1/isochrones?${place}&minutes=${encodeURIComponent(this.minutes)}&direction=${this.direction}`),
      request("GET", `/v1/accounts/nearest?${home ?? place}&limit=${NEAREST}`),
    ]);
    if (question !== this.asked || this.from === null) return;
    this.areas = areas;
    this.near = near.items;
    await this.redraw();
    const largest = areas.features[0].geometry.coordinates.flat(2);
    if (this.map && largest.length) fit(this.map.map, largest);
  }

  /** The areas come largest first, so the smallest is drawn last; colours go by size. */
  #coloured() {
    const features = this.areas?.features ?? [];
    return features.map((one, i) => ({ ...one, properties: { ...one.properties, colour: COLOURS[(features.length - 1 - i) % COLOURS.length] } }));
  }

  #legend() {
    const items = this.#coloured().toReversed().map((one) =>
      element("span", {}, element("span", { class: "swatch", style: `background:${one.properties.colour}` }), `${one.properties.minutes} min`),
    );
    return element("p", { id: "reach-legend" }, ...items);
  }

  #table() {
    const heads = ["Nearest accounts", "Class", "Driving", "Distance"].map((text) => element("th", {}, text));
    const rows = this.near.map((one) =>
      element("tr", {}, ...[one.account.name, one.account.account_class ?? "–", asMinutes(one.drive_s), kilometres(one.distance_m)].map((text) => element("td", {}, text))),
    );
    return element("table", { id: "reach-near" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
  }

  #draw() {
    if (!this.map) return;
    const data = collection(this.#coloured());
    const origin = this.areas ? [{ type: "Feature", geometry: { type: "Point", coordinates: this.areas.origin }, properties: {} }] : [];
    this.map.hideAreas(data.features.length > 0);
    show(this.map.map, "reach", data, [{ id: "reach-area", type: "fill", paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.5 } }], "river");
    show(this.map.map, "reach-borders", data, [{ id: "reach-border", type: "line", paint: { "line-color": "#222", "line-width": 0.8, "line-opacity": 0.7 } }], "street-name");
    show(this.map.map, "reach-origin", collection(origin), [
      { id: "reach-origin-dot", type: "circle", paint: { "circle-radius": 6, "circle-color": "#111", "circle-stroke-color": "#fff", "circle-stroke-width": 2 } },
    ]);
  }
}
