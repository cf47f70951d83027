// The rep's phone page: today's stops in order, the route on a map, and what came of each visit.

import { Problem, readKept, request } from "./api.js";
import { clock, decodePolyline6, element, kilometres, longDate, minutes, shiftDay } from "./format.js";
import { MAP_FONT, collection, fit, openMap, point, show } from "./map.js";
import { stopLinks, tourLinks } from "./navigation.js";
import { record, send, waiting } from "./outcomes.js";
import { signIn } from "./sign_in.js";

const OUTCOMES = [["done", "Done"], ["not_met", "Not met"], ["skipped", "Skip"]];
const at = (id) => document.getElementById(id);
let me;
let map;
let repId;
let shownDay;
let current;

async function start() {
  me = await signIn(at("main"));
  repId = me.rep_id ?? Number(new URLSearchParams(location.search).get("rep"));
  if (!repId) return chooseRep();
  at("head").hidden = false;
  at("earlier").onclick = () => open(shiftDay(shownDay, -1));
  at("later").onclick = () => open(shiftDay(shownDay, 1));
  addEventListener("online", synchronise);
  map = await openMap(at("map"), me.map, { controls: false }).catch((error) => {
    at("map").textContent = `The map cannot be drawn here (${error.message}); the list below is complete.`;
    return null;
  });
  await open(new URLSearchParams(location.search).get("date") ?? me.next_planned_day ?? me.today);
  await synchronise();
}

/** A key that is not a rep's may look at any rep's day. */
async function chooseRep() {
  const reps = await request("GET", "/v1/reps?limit=500");
  const list = element("div", { class: "links", style: "padding:1rem" });
  for (const rep of reps.items) list.append(element("a", { class: "button", href: `?rep=${rep.id}` }, rep.name));
  at("main").replaceChildren(element("h1", { style: "padding:1rem 1rem 0" }, "Whose day?"), list);
}

async function open(day) {
  shownDay = day;
  at("date").textContent = day === me.today ? `Today · ${longDate(day)}` : longDate(day);
  try {
    const { document: found, offline } = await readKept(`/v1/reps/${repId}/days/${day}`);
    current = found;
    notice(offline ? "No connection: this is the route as last loaded." : "");
    draw();
  } catch (error) {
    current = null;
    at("totals").replaceChildren();
    at("stops").replaceChildren();
    at("rest").replaceChildren();
    drawMap(null);
    if (!(error instanceof Problem)) notice("No connection, and this day has not been loaded before.", true);
    else notice(error.code === "no_plan" ? "Nothing is planned for this day." : error.message, error.code !== "no_plan");
  }
}

function notice(text, bad = false) {
  at("notice").replaceChildren(text ? element("p", { class: `notice ${bad ? "bad" : ""}` }, text) : "");
}

function outcomeOf(accountId) {
  const all = [...current.outcomes, ...waiting(repId).filter((one) => one.date === current.date)];
  return all.filter((one) => one.account_id === accountId).sort((a, b) => a.happened_at.localeCompare(b.happened_at)).pop();
}

function draw() {
  const zone = current.time_zone;
  const totals = current.totals;
  at("who").textContent = current.rep.name;
  const figure = (value, label) => element("span", {}, element("b", {}, value), label);
  const back = totals.return_at ? clock(totals.return_at, zone) : "–";
  at("totals").replaceChildren(
    figure(String(totals.stops), totals.stops === 1 ? "stop" : "stops"),
    figure(minutes(totals.drive_s), "driving"),
    figure(kilometres(totals.distance_m), "distance"),
    figure(totals.depart_at ? clock(totals.depart_at, zone) : "–", "leave"),
    figure(back, "back"),
  );
  drawStops();
  drawMap(current);
  drawRest();
}

function drawStops() {
  const zone = current.time_zone;
  const next = current.stops.find((stop) => !outcomeOf(stop.account_id));
  const rows = [];
  let lunchShown = !current.lunch;
  for (const stop of current.stops) {
    if (!lunchShown && current.lunch.begin_at <= stop.begin_at) {
      rows.push(lunchRow(zone));
      lunchShown = true;
    }
    rows.push(element("li", { class: "leg" }, `▾ ${minutes(stop.drive_s)} · ${kilometres(stop.distance_m)}`));
    rows.push(stopCard(stop, zone, stop === next));
  }
  if (!lunchShown) rows.push(lunchRow(zone));
  at("stops").replaceChildren(...rows);
}

function lunchRow(zone) {
  const { begin_at: begin, end_at: end } = current.lunch;
  return element("li", { class: "lunch" }, `Lunch ${clock(begin, zone)}–${clock(end, zone)}`);
}

function stopCard(stop, zone, isNext) {
  const said = outcomeOf(stop.account_id);
  const open = stop.windows.length ? `Open ${stop.windows.map((w) => w.join("–")).join(", ")}` : "No opening hours known";
  const wait = Math.round((new Date(stop.begin_at) - new Date(stop.arrive_at)) / 60000);
  const lines = [
    element("div", {}, stop.address || "No address"),
    element("div", {}, `${open} · ${minutes(stop.service_s)} on site`),
    wait > 0 ? element("div", {}, `Arrive ${clock(stop.arrive_at, zone)}, ${wait} min before it begins`) : null,
    stop.notes ? element("div", { class: "notes" }, stop.notes) : null,
    said?.note ? element("div", { class: "notes" }, `“${said.note}”`) : null,
  ];
  const buttons = OUTCOMES.map(([code, label]) =>
    element("button", { class: said?.outcome === code ? "chosen" : "", "aria-pressed": String(said?.outcome === code), onclick: () => askOutcome(stop, code, label) }, label),
  );
  return element(
    "li",
    { class: `stop ${said ? said.outcome : ""} ${isNext ? "next" : ""}`, "data-account": stop.account_id },
    element(
      "div",
      { class: "top" },
      element("span", { class: "number" }, String(stop.sequence)),
      element("span", { class: "name" }, stop.name, " ", element("span", { class: "chip" }, [stop.account_class, stop.category].filter(Boolean).join(" · "))),
      element("span", { class: "time" }, `${clock(stop.begin_at, zone)}–${clock(stop.leave_at, zone)}`),
    ),
    element("div", { class: "lines" }, ...lines.filter(Boolean)),
    element("div", { class: "actions" }, element("button", { class: "primary", onclick: () => chooseApp(stop) }, "Navigate"), ...buttons),
  );
}

function drawRest() {
  const open = current.stops.filter((stop) => !outcomeOf(stop.account_id));
  const parts = [];
  if (open.length > 1) {
    const links = tourLinks(open).map(([label, href]) => element("a", { class: "button", href, target: "_blank", rel: "noopener" }, label));
    parts.push(element("h2", {}, "Rest of the day in Google Maps"), element("div", { class: "links", style: "grid-template-columns:1fr 1fr 1fr;margin:0 0 1rem" }, ...links));
  }
  if (current.unplanned.length) {
    const rows = current.unplanned.map((one) => element("li", {}, element("b", {}, one.name), ` – ${one.detail}`));
    parts.push(element("h2", {}, "Due, but did not fit today"), element("ul", {}, ...rows));
  }
  at("rest").replaceChildren(...parts);
}

function drawMap(day) {
  if (!map) return;
  const line = day?.geometry ? decodePolyline6(day.geometry) : [];
  const route = collection(line.length ? [{ type: "Feature", geometry: { type: "LineString", coordinates: line }, properties: {} }] : []);
  const round = { "line-cap": "round", "line-join": "round" };
  show(map, "route", route, [
    { id: "route-casing", type: "line", layout: round, paint: { "line-color": "#ffffff", "line-width": 8 } },
    { id: "route-line", type: "line", layout: round, paint: { "line-color": "#14506b", "line-width": 4.5 } },
  ]);
  const colour = { done: "#1f7a4d", not_met: "#9a6700", skipped: "#8a949b" };
  const dots = day ? day.stops.map((s) => point(s.lon, s.lat, { label: String(s.sequence), colour: colour[outcomeOf(s.account_id)?.outcome] ?? "#c8502d" })) : [];
  if (day) dots.push(point(day.start.lon, day.start.lat, { label: "⌂", colour: "#22262b" }));
  show(map, "stops", collection(dots), [
    { id: "stop-dot", type: "circle", paint: { "circle-radius": 12, "circle-color": ["get", "colour"], "circle-stroke-color": "#fff", "circle-stroke-width": 2 } },
    { id: "stop-number", type: "symbol", layout: { "text-field": ["get", "label"], "text-font": MAP_FONT, "text-size": 12, "text-allow-overlap": true }, paint: { "text-color": "#fff" } },
  ]);
  fit(map, line.length ? line : dots.map((dot) => dot.geometry.coordinates));
}

function chooseApp(stop) {
  const links = stopLinks(stop).map(([label, href]) => element("a", { class: "button", href, target: "_blank", rel: "noopener", onclick: () => at("dialog").close() }, label));
  openDialog(element("h2", {}, `Navigate to ${stop.name}`), element("div", { class: "links" }, ...links, closeButton()));
}

function askOutcome(stop, code, label) {
  const note = element("textarea", { rows: 3, placeholder: "Note (optional)", maxlength: 2000 });
  const save = () => {
    record(repId, stop.account_id, current.date, code, note.value.trim());
    at("dialog").close();
    draw();
    synchronise();
  };
  const buttons = element("div", { class: "links" }, element("button", { class: "primary", onclick: save }, `Save “${label}”`), closeButton());
  openDialog(element("h2", {}, stop.name), note, buttons);
}

const closeButton = () => element("button", { onclick: () => at("dialog").close() }, "Cancel");

function openDialog(...content) {
  at("dialog").replaceChildren(...content);
  at("dialog").showModal();
}

/** Send what waits; the server's day then holds it, so the day is read again. */
async function synchronise() {
  try {
    const { sent, refused } = await send(repId);
    if (refused.length) notice(refused.map((one) => one.detail).join(" "), true);
    if (sent && current) await open(shownDay);
  } catch (error) {
    const left = waiting(repId).length;
    if (left) notice(`${left} report${left > 1 ? "s" : ""} kept on this phone until there is a connection. ${error instanceof Problem ? error.message : ""}`);
  }
}

start().catch((error) => notice(error.message, true));
