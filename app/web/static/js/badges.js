// Numbered badges that stay readable where stops lie close together: on the screen they push each other apart, and a
// thin line leads from each badge to its true place.

import { collection, point, show } from "./map.js";

const APART_PX = 25;
const ROUNDS = 60;

/** Screen positions pushed apart until no two are nearer than `apart`; earlier ones yield as much as later ones. */
export function pushApart(places, apart = APART_PX) {
  const moved = places.map((place, index) => [place[0] + Math.cos(index * 2.4) * 0.01, place[1] + Math.sin(index * 2.4) * 0.01]);
  for (let round = 0; round < ROUNDS; round += 1) {
    let still = true;
    for (let i = 0; i < moved.length; i += 1) {
      for (let j = i + 1; j < moved.length; j += 1) {
        const [dx, dy] = [moved[j][0] - moved[i][0], moved[j][1] - moved[i][1]];
        const distance = Math.hypot(dx, dy);
        if (distance >= apart) continue;
        still = false;
        const push = (apart - distance) / 2 / distance;
        moved[i] = [moved[i][0] - dx * push, moved[i][1] - dy * push];
        moved[j] = [moved[j][0] + dx * push, moved[j][1] + dy * push];
      }
    }
    if (still) break;
  }
  return moved;
}

/** Badges on one map; `set` takes [{lon, lat, label, colour, ...}], `chosen(properties)` is called on a tap. */
export class Badges {
  constructor(map, font, chosen) {
    this.map = map;
    this.font = font;
    this.badges = [];
    map.on("zoomend", () => this.#draw());
    map.on("resize", () => this.#draw());
    map.on("click", "badge", (event) => chosen(event.features[0].properties));
  }

  set(badges) {
    this.badges = badges;
    this.#draw();
  }

  #draw() {
    const { map, badges } = this;
    const screen = badges.map((one) => map.project([one.lon, one.lat]));
    const places = pushApart(screen.map((at) => [at.x, at.y])).map((at) => map.unproject(at).toArray());
    const lines = badges.map((one, index) => ({
      type: "Feature",
      geometry: { type: "LineString", coordinates: [[one.lon, one.lat], places[index]] },
      properties: { colour: one.colour },
    }));
    const colour = ["get", "colour"];
    show(map, "badge-lines", collection(lines), [{ id: "badge-line", type: "line", paint: { "line-color": colour, "line-width": 2 } }]);
    const spots = badges.map(({ lon, lat, colour: of }) => point(lon, lat, { colour: of }));
    show(map, "badge-spots", collection(spots), [
      { id: "badge-spot", type: "circle", paint: { "circle-radius": 3.5, "circle-color": colour, "circle-stroke-color": "#fff", "circle-stroke-width": 1 } },
    ]);
    const discs = badges.map(({ lon, lat, ...rest }, index) => point(...places[index], rest));
    show(map, "badges", collection(discs), [
      { id: "badge", type: "circle", paint: { "circle-radius": 11, "circle-color": colour, "circle-stroke-color": "#fff", "circle-stroke-width": 2 } },
      { id: "badge-label", type: "symbol", layout: { "text-field": ["get", "label"], "text-font": this.font, "text-size": 13, "text-allow-overlap": true, "text-padding": 7 }, paint: { "text-color": "#fff" } },
    ]);
  }
}
