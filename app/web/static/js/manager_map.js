// Territories on the map: areas, accounts, homes, and rings around what moves.

import { Popup } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { element, money } from "./format.js";
import { MAP_FONT, collection, fit, openMap, point, show } from "./map.js";

// Twenty colours that stay apart beside each other (after Sasha Trubetskoy's list of distinct colours).
const PALETTE = [
  "#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#00a6a6", "#f032e6", "#7a8f00", "#d46a7e", "#008080",
  "#9a5fd0", "#9a6324", "#c9a800", "#800000", "#2e8b57", "#808000", "#e08a4b", "#000075", "#708090", "#0f9bd7",
];

/** The same rep has the same colour in the map and the table. */
export const colourOf = (alignment, repId) => {
  const index = alignment.territories.findIndex((one) => one.rep_id === repId);
  return index < 0 ? "#999999" : PALETTE[index % PALETTE.length];
};

export class TerritoryMap {
  static async open(container, area) {
    return new TerritoryMap(await openMap(container, area));
  }

  constructor(map) {
    this.map = map;
    this.alignment = null;
    map.on("click", "account", (event) => this.#describe(event));
    map.on("mouseenter", "account", () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", "account", () => { map.getCanvas().style.cursor = ""; });
  }

  showAlignment(alignment, units) {
    const first = this.alignment === null;
    this.alignment = alignment;
    const areas = alignment.territories.map((one) => ({
      type: "Feature",
      geometry: one.outline,
      properties: { colour: colourOf(alignment, one.rep_id), name: one.rep_name },
    }));
    show(this.map, "areas", collection(areas), [
      { id: "area", type: "fill", paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.22 } },
      { id: "area-border", type: "line", paint: { "line-color": ["get", "colour"], "line-width": 1.6 } },
    ]);
    const accounts = units.account_id.map((id, i) =>
      point(units.lon[i], units.lat[i], { name: units.name[i], rep: this.#repName(units.rep_id[i]), colour: colourOf(alignment, units.rep_id[i]), class: units.account_class[i], potential: units.potential[i] }),
    );
    const radius = ["interpolate", ["linear"], ["zoom"], 6, 2, 11, 3.5, 15, 7];
    show(this.map, "accounts", collection(accounts), [
      { id: "account", type: "circle", paint: { "circle-radius": radius, "circle-color": ["get", "colour"], "circle-stroke-color": "#fff", "circle-stroke-width": 0.8 } },
    ]);
    const homes = alignment.territories.map((one) => point(one.home_lon, one.home_lat, { label: one.rep_name, colour: colourOf(alignment, one.rep_id) }));
    show(this.map, "homes", collection(homes), [
      { id: "home", type: "circle", paint: { "circle-radius": 7, "circle-color": "#fff", "circle-stroke-color": ["get", "colour"], "circle-stroke-width": 4 } },
      { id: "home-name", type: "symbol", layout: { "text-field": ["get", "label"], "text-font": MAP_FONT, "text-size": 12, "text-offset": [0, 1.3] }, paint: { "text-color": "#222", "text-halo-color": "#fff", "text-halo-width": 1.6 } },
    ]);
    if (first) fit(this.map, accounts.map((one) => one.geometry.coordinates));
    this.showMoved([]);
  }

  showMoved(moved) {
    const rings = moved.map((one) => point(one.lon, one.lat, {}));
    show(this.map, "moved", collection(rings), [
      { id: "moved-ring", type: "circle", paint: { "circle-radius": 8, "circle-color": "#0000", "circle-stroke-color": "#111", "circle-stroke-width": 1.6 } },
    ]);
  }

  /** Move to one rep's territory. */
  goTo(repId) {
    const found = this.alignment?.territories.find((one) => one.rep_id === repId);
    if (found) fit(this.map, found.outline.coordinates.flat(2));
  }

  #repName(repId) {
    return this.alignment.territories.find((one) => one.rep_id === repId)?.rep_name ?? "nobody";
  }

  #describe(event) {
    const { name, rep, class: accountClass, potential } = event.features[0].properties;
    const text = element("div", {}, element("b", {}, name), element("div", {}, `${rep} · class ${accountClass || "–"} · potential ${money(potential)}`));
    new Popup().setLngLat(event.lngLat).setDOMContent(text).addTo(this.map);
  }
}
