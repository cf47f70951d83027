// The rep's phone page: today's stops in order, the route on a map, and what came of each visit.

import { Problem, readKept, request } from "./api.js";
import { Badges } from "./badges.js";
import { clock, decodePolyline6, element, kilometres, localDay, longDate, minutes, shiftDay, words } from "./format.js";
import { MAP_FONT, collection, fit, openMap, show } from "./map.js";
import { stopLinks, tourLinks } from "./navigation.js";
import { Nearby } from "./nearby.js";
import { record, send, waiting } from "./outcomes.js";
import { dismiss, refusedList } from "./refused.js";
import { signIn } from "./sign_in.js";

const OUTCOMES = [["done", "Done"], ["not_met", "Not met"], ["skipped", "Skip"]];
const at = (id) => document.getElementById(id);
let me;
let map;
let badges;
let repId;
let shownDay;
let current;
let fitted;
let nearby;

async function start() {
  // The page itself is kept too, so that it opens in a cellar; only secure pages (https, localhost) may do so.
  navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
  me = await signIn(at("main"));
  repId = me.rep_id ?? Number(new URLSearchParams(location.search).get("rep"));
  if (!repId) return chooseRep();
  at("head").hidden = false;
  at("earlier").onclick = () => open(shiftDay(shownDay, -1));
  at("later").onclick = () => open(shiftDay(shownDay, 1));
  addEventListener("online", synchronise);
  openMap(at("map"), me.map, { controls: false }).then(showMap, () => {
    at("map").replaceChildren(element("p", { class: "quiet", style: "padding:1rem" }, "The map cannot be drawn now; the list below is complete."));
  });
  drawRefused();
  nearby = new Nearby(at("nearby"), { repId: () => repId, day: () => current, behind, map: () => map, navigate: chooseApp });
  await open(new URLSearchParams(location.search).get("date") ?? me.next_planned_day ?? me.today);
  await synchronise();
}

/** The list does not wait for the map. */
function showMap(opened) {
  map = opened;
  badges = new Badges(map, MAP_FONT, showStop);
  drawMap(current);
}

/** A key that is not a rep's may look at any rep's day. */
async function chooseRep() {
  const reps = await request("GET", "/v1/reps");
  const list = element("div", { class: "links", style: "padding:1rem" });
  for (const rep of reps.items) list.append(element("a", { class: "button", href: `?rep=${rep.id}` }, rep.name));
  at("main").replaceChildren(element("h1", { style: "padding:1rem 1rem 0" }, "Whose day?"), list);
}

async function open(day) {
  if (day !== shownDay) nearby.clear();
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
    offerNextDay(error.code);
  }
}

/** An empty day names the one to go to. */
function offerNextDay(code) {
  const day = me.next_planned_day;
  if (code !== "no_plan" || !day || day === shownDay) return;
  at("stops").replaceChildren(element("li", {}, element("button", { class: "primary wide", onclick: () => open(day) }, `Go to ${longDate(day)}`)));
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
  let lunch = current.lunch;
  const lunchBefore = (instant) => {
    if (!lunch || lunch.begin_at >= instant) return;
    rows.push(element("li", { class: "lunch" }, `Lunch ${clock(lunch.begin_at, zone)}–${clock(lunch.end_at, zone)}`));
    lunch = null;
  };
  for (const stop of current.stops) {
    lunchBefore(stop.arrive_at);
    rows.push(element("li", { class: "leg" }, `Drive ${minutes(stop.drive_s)} · ${kilometres(stop.distance_m)}`));
    lunchBefore(stop.begin_at);
    rows.push(stopCard(stop, zone, stop === next));
  }
  lunchBefore("9999");
  if (current.stops.length) rows.push(wayHome(zone));
  else rows.push(element("li", { class: "quiet" }, "No visits on this day."));
  at("stops").replaceChildren(...rows);
}

/** How many stops are done with, so that only what lies ahead counts. */
function behind() {
  const next = current.stops.findIndex((stop) => !outcomeOf(stop.account_id));
  return next < 0 ? current.stops.length : next;
}

/** What is left of the day's driving after the last stop. */
function wayHome(zone) {
  const { drive_s: drive, distance_m: distance, return_at: back } = current.totals;
  const left = (sum, of) => current.stops.reduce((rest, stop) => rest - stop[of], sum);
  const text = `Drive ${minutes(left(drive, "drive_s"))} · ${kilometres(left(distance, "distance_m"))} · back at ${back ? clock(back, zone) : "–"}`;
  return element("li", { class: "leg" }, text);
}

/** Minutes on the spot before service may begin, without a lunch that is taken meanwhile. */
function waitingMinutes(stop) {
  const [arrive, begin] = [new Date(stop.arrive_at), new Date(stop.begin_at)];
  const lunch = current.lunch && [new Date(current.lunch.begin_at), new Date(current.lunch.end_at)];
  const meanwhile = lunch ? Math.max(0, Math.min(begin, lunch[1]) - Math.max(arrive, lunch[0])) : 0;
  return Math.round((begin - arrive - meanwhile) / 60000);
}

/** From a badge on the map to its card. */
function showStop({ account }) {
  const card = document.querySelector(`[data-account="${account}"]`);
  card?.scrollIntoView({ behavior: "smooth", block: "center" });
}

/** From a card's number to its place on the map. */
function showPlace(stop) {
  scrollTo({ top: 0, behavior: "smooth" });
  map?.easeTo({ center: [stop.lon, stop.lat], zoom: 15 });
}

function stopCard(stop, zone, isNext) {
  const said = outcomeOf(stop.account_id);
  const open = stop.windows.length ? `Open ${stop.windows.map((w) => w.join("–")).join(", ")}` : "No opening hours known";
  const wait = waitingMinutes(stop);
  const kind = [stop.account_class, words(stop.category)].filter(Boolean).join(" · ");
  const lines = [
    kind ? element("div", { class: "chip" }, kind) : null,
    element("div", {}, stop.address || "No address known"),
    element("div", {}, `${open} · ${minutes(stop.service_s)} on site`),
    wait > 0 ? element("div", {}, `Arrive ${clock(stop.arrive_at, zone)}, ${minutes(wait * 60)} to spare`) : null,
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
      element("button", { class: "number", "aria-label": `Show stop ${stop.sequence} on the map`, onclick: () => showPlace(stop) }, String(stop.sequence)),
      element("span", { class: "name" }, stop.name),
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
    parts.push(element("h2", {}, "Rest of the day in Google Maps"), element("div", { class: "links", style: "grid-template-columns:1fr 1fr;margin:0 0 1rem" }, ...links));
  }
  if (current.unplanned.length) {
    const rows = current.unplanned.map((one) => element("li", {}, element("b", {}, one.name), ` – ${one.detail}`));
    parts.push(element("h2", {}, "Due, but did not fit today"), element("ul", {}, ...rows));
  }
  parts.push(element("p", { class: "quiet" }, `Planned ${longDate(localDay(current.planned_at, current.time_zone))} at ${clock(current.planned_at, current.time_zone)}.`));
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
  const dots = (day?.stops ?? []).map((stop) => {
    const said = outcomeOf(stop.account_id)?.outcome;
    return { lon: stop.lon, lat: stop.lat, label: String(stop.sequence), colour: colour[said] ?? "#c8502d", account: stop.account_id };
  });
  if (day) dots.push({ lon: day.start.lon, lat: day.start.lat, label: "⌂", colour: "#22262b" });
  // The day that is open stays as the rep has moved it; outcomes change colours only.
  if (day && fitted !== `${day.date} ${day.version}`) fit(map, line.length ? line : dots.map((dot) => [dot.lon, dot.lat]), { top: 36, left: 36, right: 36, bottom: 56 });
  fitted = day && `${day.date} ${day.version}`;
  badges.set(dots);
}

function chooseApp(stop) {
  const links = stopLinks(stop).map(([label, href]) => element("a", { class: "button", href, target: "_blank", rel: "noopener", onclick: () => at("dialog").close() }, label));
  openDialog(element("h2", {}, `Navigate to ${stop.name}`), element("div", { class: "links" }, ...links, closeButton()));
}

function askOutcome(stop, code, label) {
  const visit = { account_id: stop.account_id, name: stop.name, date: current.date, outcome: code };
  askNote(stop.name, label, "", (note) => record(repId, { ...visit, note }));
}

/** The visit stays as it was reported, with the time it happened; only the note is another. */
function askShorterNote({ code, detail, ...visit }) {
  askNote(visit.name ?? detail, labelOf(visit.outcome), visit.note, (note) => {
    record(repId, { ...visit, note });
    dismiss(repId, visit.id);
    drawRefused();
  });
}

function askNote(title, label, text, keep) {
  const note = element("textarea", { rows: 3, placeholder: "Note (optional)", maxlength: 2000 });
  note.value = text;
  const save = () => {
    keep(note.value.trim());
    at("dialog").close();
    if (current) draw();
    synchronise();
  };
  const buttons = element("div", { class: "links" }, element("button", { class: "primary", onclick: save }, `Save “${label}”`), closeButton());
  openDialog(element("h2", {}, title), note, buttons);
}

const labelOf = (outcome) => OUTCOMES.find(([code]) => code === outcome)?.[1] ?? outcome;

function drawRefused() {
  at("refused").replaceChildren(...refusedList(repId, labelOf, askShorterNote, drawRefused));
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
    if (refused) drawRefused();
    if ((sent || refused) && current) await open(shownDay);
  } catch (error) {
    const left = waiting(repId).length;
    if (left) notice(`${left} report${left > 1 ? "s" : ""} kept on this phone until there is a connection. ${error instanceof Problem ? error.message : ""}`);
  }
}

start().catch((error) => notice(error.message, true));
