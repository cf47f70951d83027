// The managers' page: territories on a map and in a table, redrawn on request, with what moved beside what is.

import { forgetKey, request } from "./api.js";
import { element, hours, longDate, percent, shiftDay } from "./format.js";
import { draftPanel } from "./manager_draft.js";
import { watchImport } from "./manager_import.js";
import { runJob } from "./manager_job.js";
import { TerritoryMap } from "./manager_map.js";
import { quotasPanel } from "./manager_quotas.js";
import { ReachAreas } from "./manager_reach.js";
import { RoadSpeeds } from "./manager_roads.js";
import { daysTable, historyTable, territoriesTable } from "./manager_tables.js";
import { signIn } from "./sign_in.js";

const TABS = { territories: "Territories", visits: "Visits", quotas: "Quotas", reach: "Reach", roads: "Roads", history: "History" };
const at = (id) => document.getElementById(id);
let me;
let map = null;
let opening;
let speeds;
let reach;
let current = null;
let draft = null;
let comparison = null;
let sizing = null;
let versions = [];
let shown = null; // the alignment that map and table show
let view = "territories";
let day;

async function start() {
  at("sign-out").onclick = () => { forgetKey(); location.reload(); };
  me = await signIn(at("panel"));
  at("company").textContent = `${me.organisation} · ${me.map.name}`;
  if (me.role === "rep") return refuse();
  day = me.next_planned_day ?? me.today;
  opening = openMap(); // the tables need not wait for it
  speeds = new RoadSpeeds(me, opening, attempt, drawTable);
  reach = new ReachAreas(opening, attempt, drawTable);
  opening.then((opened) => opened?.onHome((id) => attempt(() => { view = "reach"; speeds.stop(); return reach.showRep(id); })));
  at("redraw").onclick = () => attempt(redraw);
  at("plan").onclick = () => attempt(planDay);
  watchImport(at("file"), at("check"), at("import"), () => attempt(load));
  for (const id of ["redraw", "plan", "file"]) at(id).disabled = false; // a click before would have been lost
  await attempt(load);
  await attempt(() => speeds.load());
}

async function openMap() {
  try {
    return await TerritoryMap.open(at("map"), me.map);
  } catch {
    at("map").replaceChildren(element("p", { class: "quiet", style: "padding:1rem" }, "The map cannot be drawn in this browser; the tables are complete."));
    return null;
  }
}

function refuse() {
  document.querySelectorAll("#panel section").forEach((one) => { one.hidden = true; });
  at("notice").replaceChildren(element("p", { class: "notice" }, "This is a rep's key. ", element("a", { href: "/rep" }, "Today's route"), " is the page for it; this one is for managers."));
}

async function attempt(action) {
  notice("");
  try {
    await action();
  } catch (error) {
    notice(error instanceof TypeError ? "The server cannot be reached." : error.message, true);
  }
}

function notice(text, bad = false) {
  at("notice").replaceChildren(text ? element("p", { class: `notice ${bad ? "bad" : ""}` }, text) : "");
}

async function load() {
  versions = (await request("GET", "/v1/territories/history?limit=50")).items;
  const versionOf = (state) => versions.find((one) => one.state === state)?.version;
  const read = (version) => (version ? request("GET", `/v1/territories/${version}`) : null);
  [current, draft] = await Promise.all([read(versionOf("current")), read(versionOf("draft"))]);
  [comparison, sizing] = await Promise.all([
    current && draft ? request("GET", `/v1/territories/compare?left=${current.version}&right=${draft.version}`) : null,
    current ? request("GET", "/v1/sizing") : null,
  ]);
  drawFigures();
  await showAlignment(draft ?? current);
}

/** On the map and in the table; the comparison's rings only with one of the two that it compares. */
async function showAlignment(alignment) {
  shown = alignment;
  drawDraft();
  await drawTable();
  if (!alignment) return;
  const units = await request("GET", `/v1/territories/${alignment.version}/units`);
  map = await opening;
  if (!map || shown !== alignment) return; // meanwhile another one was asked for
  map.showAlignment(shown, units);
  const compared = [draft?.version, current?.version].includes(shown.version);
  map.showMoved(comparison && compared ? comparison.moved : []);
}

function drawFigures() {
  if (!current) return at("figures").replaceChildren("No territories yet: redraw to make the first.");
  const m = current.measures;
  const workload = current.territories.reduce((sum, one) => sum + one.workload_s, 0);
  const figure = (value, label, title) => element("div", { title }, element("b", {}, value), element("span", {}, label));
  at("figures").replaceChildren(
    figure(String(m.accounts), "accounts"),
    figure(String(m.territories), "territories"),
    figure(`${sizing.reps_needed} of ${sizing.reps_now}`, "reps needed", sizing.assumptions.join("\n")),
    figure(hours(workload), "workload in a period"),
    figure(hours(m.drive_s), "of it driving"),
    figure(percent(m.largest_workload_deviation).replace("+", "±"), "largest load deviation"),
    figure(`${Math.round(m.mean_home_drive_s / 60)} min`, "home to an account"),
    figure(String(m.cut_off_accounts), "accounts cut off"),
  );
  const lines = sizing.assumptions.map((text) => element("li", {}, text));
  at("assumptions").replaceChildren(element("summary", {}, "What the number of reps needed rests on"), element("ul", {}, ...lines));
}

function drawDraft() {
  at("draft").hidden = !draft;
  if (!draft) return;
  const which = shown?.version === draft.version ? "draft" : shown?.version === current?.version ? "current" : "";
  const on = {
    show: (one) => attempt(() => showAlignment(one === "draft" ? draft : current)),
    publish: () => attempt(async () => { await request("POST", `/v1/territories/${draft.version}/publish`); await load(); notice("In force now. Plan the visits anew for routes that follow it."); }),
    discard: () => attempt(async () => { await request("DELETE", `/v1/territories/${draft.version}`); await load(); }),
  };
  at("draft").replaceChildren(...draftPanel(draft, comparison, which, on));
}

async function drawTable() {
  if (view !== "roads") speeds.stop();
  if (view !== "reach") reach.stop();
  at("tabs").replaceChildren(
    ...Object.entries(TABS).map(([code, label]) =>
      element("button", { role: "tab", "aria-selected": String(code === view), onclick: () => attempt(() => { view = code; return drawTable(); }) }, label),
    ),
  );
  const draw = { territories: territories, visits, quotas, reach: () => reach.panel(), roads: () => speeds.panel(), history }[view];
  at("table").replaceChildren(...(await draw()).filter(Boolean));
}

async function territories() {
  if (!shown) return [];
  const state = { draft: "Draft", current: "In force", retired: "Earlier" }[shown.state] ?? shown.state;
  const tolerance = Number(at("tolerance").value) / 100;
  return [element("p", { class: "quiet small" }, `${state}: version ${shown.version}. A click on a row shows its territory.`), territoriesTable(shown, tolerance, (id) => map?.goTo(id))];
}

async function visits() {
  const go = (by) => attempt(() => { day = shiftDay(day, by); return drawTable(); });
  const arrows = element(
    "div",
    { class: "toolbar spread" },
    element("button", { "aria-label": "Day before", onclick: () => go(-1) }, "‹"),
    element("b", { id: "day" }, `${longDate(day)}${day === me.today ? " · today" : ""}`),
    element("button", { "aria-label": "Day after", onclick: () => go(1) }, "›"),
  );
  const answer = await request("GET", `/v1/days/${day}`);
  const left = answer.unplanned ? element("p", { class: "quiet small" }, `${answer.unplanned} visits were due and did not fit; the rep's day says why.`) : null;
  return [arrows, daysTable(answer, me.time_zone), left];
}

async function quotas() {
  const known = current?.territories.some((one) => one.quota !== null) ?? false;
  return [current ? await quotasPanel(known, attempt, load) : null];
}

async function history() {
  const choose = (version) => attempt(async () => showAlignment(await request("GET", `/v1/territories/${version}`)));
  return [historyTable(versions, choose)];
}

async function redraw() {
  const options = { workload_tolerance: Number(at("tolerance").value) / 100, disruption_weight: Number(at("disruption").value) };
  const ended = await withoutButtons(() => runJob("/v1/territories/redraw", options, at("job")));
  if (ended.state === "cancelled") return notice("Cancelled; nothing was changed.");
  view = "territories";
  await load();
}

async function planDay() {
  const ended = await withoutButtons(() => runJob(`/v1/days/${day}/plan`, {}, at("job")));
  if (ended.state === "cancelled") return notice("Cancelled; nothing was changed.");
  view = "visits";
  await drawTable();
  notice(`${longDate(day)}: ${ended.result.planned} visits planned, ${ended.result.unplanned} did not fit.`);
}

async function withoutButtons(action) {
  const buttons = [at("redraw"), at("plan")];
  buttons.forEach((button) => { button.disabled = true; });
  try {
    return await action();
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
  }
}

start().catch((error) => notice(error.message, true));
