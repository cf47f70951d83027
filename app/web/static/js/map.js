// The map both pages draw on: our own base map, and helpers for what lies on it.

import { AttributionControl, LngLatBounds, Map, NavigationControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";

/** A map in `container` showing `area` {west, south, east, north}; resolves when its style is there. */
export function openMap(container, area, { controls = true } = {}) {
  const map = new Map({
    container,
    style: "/map/style.json",
    bounds: [[area.west, area.south], [area.east, area.north]],
    fitBoundsOptions: { padding: 20 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300, // of labels and tiles
  });
  map.addControl(new AttributionControl({ compact: true }));
  if (controls) map.addControl(new NavigationControl({ showCompass: false }));
  map.on("idle", () => container.setAttribute("data-idle", "yes"));
  return new Promise((resolve, reject) => {
    map.once("load", () => resolve(map));
    // Also afterwards: a tile that cannot be fetched without a connection leaves a gap, and is asked for again later.
    map.on("error", (event) => reject(event.error));
  });
}

/** Show `data` (GeoJSON) under `id`, adding the source and its layers the first time,
 *  over all others or beneath the layer `beneath`. */
export function show(map, id, data, layers, beneath) {
  map.getContainer().removeAttribute("data-idle");
  const source = map.getSource(id);
  if (source) {
    source.setData(data);
    return;
  }
  map.addSource(id, { type: "geojson", data });
  for (const layer of layers) map.addLayer({ source: id, ...layer }, beneath && map.getLayer(beneath) ? beneath : undefined);
}

export const collection = (features) => ({ type: "FeatureCollection", features });
export const point = (lon, lat, properties) => ({
  type: "Feature",
  geometry: { type: "Point", coordinates: [lon, lat] },
  properties,
});

/** Move to where all `coordinates` are seen. */
export function fit(map, coordinates, padding = 40) {
  if (!coordinates.length) return;
  const bounds = new LngLatBounds(coordinates[0], coordinates[0]);
  for (const place of coordinates) bounds.extend(place);
  map.fitBounds(bounds, { padding, maxZoom: 15, duration: 0 });
}

export const MAP_FONT = ["Noto Sans", "Helvetica", "Arial", "sans-serif"];
