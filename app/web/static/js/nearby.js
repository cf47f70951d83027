// For a rep on the road: accounts near here, accounts on today's way, and the kilometres of a GPS trace.

import { Problem, request, sendFile } from "./api.js";
import { clock, element, kilometres, minutes, words } from "./format.js";
import { collection, fit, show } from "./map.js";

const MOST = 8;
const PATIENCE_MS = 8000;

export class Nearby {
  /** `page` gives the page's state: repId(), day(), behind() stops that are done, map(); navigate(place) opens the apps. */
  constructor(container, page) {
    this.page = page;
    this.answer = element("div", { id: "nearby-answer", role: "status" });
    this.file = element("input", { type: "file", accept: ".gpx", id: "trace", hidden: true, onchange: () => this.#run(() => this.#mileage()) });
    const button = (id, label, action) => element("button", { id, onclick: () => this.#run(action) }, label);
    container.replaceChildren(
      element("h2", {}, "Nearby"),
      element(
        "div",
        { class: "links three" },
        button("near-me", "Accounts near me", () => this.#nearMe()),
        button("on-the-way", "On today's way", () => this.#onTheWay()),
        element("button", { id: "claim", onclick: () => this.file.click() }, "Kilometres of a GPX file"),
      ),
      this.file,
      this.answer,
    );
  }

  /** Another day is shown. */
  clear() {
    this.answer.replaceChildren();
    this.#drawTrace([]);
  }

  async #run(action) {
    this.answer.replaceChildren(element("p", { class: "quiet" }, "…"));
    try {
      this.answer.replaceChildren(...(await action()).filter(Boolean));
    } catch (error) {
      const text = error instanceof Problem ? error.message : error instanceof TypeError ? "No connection: this needs the server." : String(error.message);
      this.answer.replaceChildren(element("p", { class: "notice bad" }, text));
    }
  }

  async #nearMe() {
    const here = await position();
    const place = here ? `&lon=${here.longitude}&lat=${here.latitude}` : "";
    const found = await request("GET", `/v1/reps/${this.page.repId()}/accounts/nearest?limit=${MOST}${place}`);
    const rows = found.items.map((one) => this.#row(one.account, `${minutes(one.drive_s)} · ${kilometres(one.distance_m)}`, []));
    return [element("p", { class: "quiet" }, here ? "Your accounts, nearest first." : "Your accounts, nearest to home first: this phone does not say where it is."), this.#list(rows)];
  }

  async #onTheWay() {
    const day = this.page.day();
    if (!day) return [element("p", { class: "quiet" }, "Nothing is planned for this day.")];
    const found = await request("GET", `/v1/reps/${this.page.repId()}/days/${day.date}/detours?limit=${MOST}&after=${this.page.behind()}`);
    const rows = found.items.filter((one) => one.extra_s !== null).map((one) => {
      const where = one.best.after ? `after stop ${one.best.after}` : "before the first stop";
      const back = one.return_at ? `back at ${clock(one.return_at, day.time_zone)}${one.in_shift ? "" : ", after the shift"}` : null;
      return this.#row(one.account, extra(one.best), [where, `${minutes(one.service_s)} on site`, back]);
    });
    return [element("p", { class: "quiet" }, "Accounts that are not on this day, the least extra driving first."), this.#list(rows)];
  }

  #list(rows) {
    return rows.length ? element("ul", { class: "near" }, ...rows) : element("p", { class: "quiet" }, "None.");
  }

  #row(account, figures, more) {
    const kind = [account.account_class, words(account.category), account.address].filter(Boolean).join(" · ");
    return element(
      "li",
      { "data-account": account.id },
      element("div", { class: "top" }, element("span", { class: "name" }, account.name), element("span", { class: "time" }, figures)),
      element("div", { class: "quiet" }, kind),
      more.length ? element("div", { class: "quiet" }, more.filter(Boolean).join(" · ")) : null,
      account.opening_hours ? element("div", { class: "quiet" }, `Open ${account.opening_hours}`) : null,
      element("button", { onclick: () => this.page.navigate(account) }, "Navigate"),
    );
  }

  /** The trace is matched by the server, which keeps nothing of it. */
  async #mileage() {
    const file = this.file.files[0];
    if (!file) return [];
    this.file.value = "";
    const found = await sendFile(`/v1/reps/${this.page.repId()}/mileage`, file);
    this.#drawTrace(found.features);
    const driven = found.features.filter((one) => one.properties.kind === "driven");
    const gaps = found.features.filter((one) => one.properties.kind === "gap");
    const lost = gaps.reduce((sum, one) => sum + one.properties.distance_m, 0);
    return [
      element("p", { id: "claimed" }, element("b", {}, kilometres(found.distance_m)), " driven on roads", found.confidence === null ? "" : `, ${Math.round(found.confidence * 100)} % sure`),
      driven.length ? null : element("p", {}, "No road of the map fits to this trace."),
      gaps.length ? element("p", { class: "quiet" }, `${gaps.length} gap${gaps.length > 1 ? "s" : ""} in the trace, ${kilometres(lost)} straight across, not counted.`) : null,
      element("p", { class: "quiet" }, "Nothing of the trace is kept."),
    ];
  }

  #drawTrace(features) {
    const map = this.page.map();
    if (!map || (!features.length && !map.getSource("trace"))) return;
    const isGap = ["!=", ["get", "kind"], "driven"];
    show(map, "trace", collection(features), [
      { id: "trace-line", type: "line", filter: ["!", isGap], layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": "#7b2d8b", "line-width": 4 } },
      { id: "trace-gap", type: "line", filter: isGap, paint: { "line-color": "#7b2d8b", "line-width": 2, "line-dasharray": [2, 2] } },
    ]);
    fit(map, features.flatMap((one) => one.geometry.coordinates));
  }
}

/** Driving that a stop adds; the quicker way may be the shorter one. */
function extra({ extra_drive_s: seconds, extra_distance_m: metres }) {
  if (seconds < 30 && Math.abs(metres) < 100) return "no detour";
  return `+${minutes(seconds)} · ${metres < 0 ? "−" : "+"}${kilometres(Math.abs(metres))}`;
}

/** Where the phone is, or null where it does not say: browsers ask their user, and do so on https or localhost only. */
function position() {
  if (!navigator.geolocation) return null;
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition((found) => resolve(found.coords), () => resolve(null), { timeout: PATIENCE_MS, maximumAge: 60_000 });
  });
}
