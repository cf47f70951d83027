// Territories on the map: areas, accounts, homes, and rings around what moves.

import { Popup } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { request } from "./api.js";
import { element, minutes, money, words } from "./format.js";
import { MAP_FONT, collection, fit, openMap, point, show } from "./map.js";

// Twenty colours that stay apart beside each other (after Sasha Trubetskoy's list of distinct colours).
const PALETTE = [
  "#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#00a6a6", "#f032e6", "#7a8f00", "#d46a7e", "#008080",
  "#9a5fd0", "#9a6324", "#c9a800", "#800000", "#2e8b57", "#808000", "#e08a4b", "#000075", "#708090", "#0f9bd7",
];

/** The same rep has the same colour in the map and the table, and in a draft as in what is in force. */
export const colourOf = (alignment, repId) => {
  const ids = alignment.territories.map((one) => one.rep_id).sort((a, b) => a - b);
  const index = ids.indexOf(repId);
  return index < 0 ? "#999999" : PALETTE[index % PALETTE.length];
};

export class TerritoryMap {
  static async open(container, area) {
    return new TerritoryMap(await openMap(container, area));
  }

  constructor(map) {
    this.map = map;
    this.alignment = null;
    this.popup = null;
    this.picking = null;
    for (const [event, cursor] of [["mouseenter", "pointer"], ["mouseleave", ""]]) {
      map.on(event, "home", () => { if (!this.picking) map.getCanvas().style.cursor = cursor; });
    }
    map.on("click", (event) => this.picking?.(event.lngLat));
    map.on("click", "account", (event) => { if (!this.picking) this.#describe(event.features[0]); });
    map.on("mouseenter", "account", () => { if (!this.picking) map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", "account", () => { if (!this.picking) map.getCanvas().style.cursor = ""; });
  }

  /** `chosen(repId)` is called for a click on a rep's home. */
  onHome(chosen) {
    this.map.on("click", "home", (event) => {
      if (this.picking) return;
      this.popup?.remove();
      chosen(event.features[0].properties.rep);
    });
  }

  /** The territories' colours make room for others; their borders stay. */
  hideAreas(hidden) {
    if (this.map.getLayer("area")) this.map.setLayoutProperty("area", "visibility", hidden ? "none" : "visible");
  }

  /** Clicks on the map go to `picking({ lng, lat })` and open nothing; null: as ever. */
  pick(picking) {
    this.picking = picking;
    this.popup?.remove();
    this.map.getCanvas().style.cursor = picking ? "crosshair" : "";
  }

  showAlignment(alignment, units) {
    const first = this.alignment === null;
    this.alignment = alignment;
    this.#showAreas();
    const accounts = units.account_id.map((id, i) =>
      point(units.lon[i], units.lat[i], { id, name: units.name[i], rep: this.#repName(units.rep_id[i]), colour: colourOf(alignment, units.rep_id[i]) }),
    );
    const radius = ["interpolate", ["linear"], ["zoom"], 6, 2.2, 11, 3.8, 15, 7];
    show(this.map, "accounts", collection(accounts), [
      { id: "account", type: "circle", paint: { "circle-radius": radius, "circle-color": ["get", "colour"], "circle-stroke-color": "#fff", "circle-stroke-width": 0.8 } },
    ], "city-name");
    this.#showHomes();
    if (first) fit(this.map, accounts.map((one) => one.geometry.coordinates));
  }

  /** Beneath the roads, so that the map stays readable through them; borders above. */
  #showAreas() {
    const areas = this.alignment.territories.map((one) => ({
      type: "Feature",
      geometry: one.outline,
      properties: { colour: colourOf(this.alignment, one.rep_id), rep: one.rep_id },
    }));
    const data = collection(areas);
    show(this.map, "areas", data, [{ id: "area", type: "fill", paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.26 } }], "river");
    show(this.map, "borders", data, [{ id: "area-border", type: "line", paint: { "line-color": ["get", "colour"], "line-width": 1.6 } }], "street-name");
    show(this.map, "chosen", collection([]), [{ id: "chosen-border", type: "line", paint: { "line-color": "#14506b", "line-width": 3.5 } }], "street-name");
  }

  #showHomes() {
    const homes = this.alignment.territories.map((one) => point(one.home_lon, one.home_lat, { label: one.rep_name, rep: one.rep_id, colour: colourOf(this.alignment, one.rep_id) }));
    show(this.map, "homes", collection(homes), [
      { id: "home", type: "circle", paint: { "circle-radius": 6.5, "circle-color": "#fff", "circle-stroke-color": ["get", "colour"], "circle-stroke-width": 4 } },
      { id: "home-name", type: "symbol", layout: { "text-field": ["get", "label"], "text-font": MAP_FONT, "text-size": 12, "text-anchor": "top", "text-offset": [0, 0.9], "text-padding": 1 }, paint: { "text-color": "#222", "text-halo-color": "#fff", "text-halo-width": 1.6 } },
    ], "city-name");
  }

  showMoved(moved) {
    const rings = moved.map((one) => point(one.lon, one.lat, {}));
    show(this.map, "moved", collection(rings), [
      { id: "moved-ring", type: "circle", paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 4.5, 11, 6.5, 15, 11], "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": "#111", "circle-stroke-width": 1.5 } },
    ]);
  }

  /** Move to one rep's territory and mark it. */
  goTo(repId) {
    const found = this.alignment?.territories.find((one) => one.rep_id === repId);
    if (!found) return;
    this.map.getSource("chosen").setData(collection([{ type: "Feature", geometry: found.outline, properties: {} }]));
    fit(this.map, [...found.outline.coordinates.flat(2), [found.home_lon, found.home_lat]]);
  }

  #repName(repId) {
    return this.alignment.territories.find((one) => one.rep_id === repId)?.rep_name ?? "nobody";
  }

  async #describe(feature) {
    const { id, name, rep } = feature.properties;
    const rest = element("div", { class: "quiet" }, "…");
    const content = element("div", { class: "account" }, element("b", {}, name), element("div", {}, `Visited by ${rep}`), rest);
    this.popup?.remove();
    this.popup = new Popup({ maxWidth: "20rem" }).setLngLat(feature.geometry.coordinates).setDOMContent(content).addTo(this.map);
    try {
      rest.replaceWith(accountFacts(await request("GET", `/v1/accounts/${id}`)));
    } catch (error) {
      rest.textContent = error.message;
    }
  }
}

function accountFacts(account) {
  const address = [`${account.street} ${account.house_number}`.trim(), `${account.postcode} ${account.city}`.trim()].filter(Boolean).join(", ");
  const kind = [words(account.category), address].filter(Boolean).join(" · ");
  const figures = [`class ${account.account_class ?? "–"}`, `potential ${money(account.potential)}`, account.service_s ? `${minutes(account.service_s)} a visit` : null];
  return element(
    "div",
    {},
    kind ? element("div", { class: "quiet" }, kind) : null,
    element("div", {}, figures.filter(Boolean).join(" · ")),
    account.opening_hours ? element("div", { class: "quiet" }, account.opening_hours) : null,
    account.locked_rep_id ? element("div", { class: "warn" }, "Locked to its rep") : null,
    element("div", { class: "score" }, account.score === null ? "No score yet" : `Score ${account.score.toFixed(0)} of 100`),
    account.score === null ? null : element("meter", { min: 0, max: 100, value: account.score }),
    element("ul", {}, ...account.score_reasons.map((text) => element("li", {}, text))),
  );
}
