// The managers' page: territories on a map and in a table, redrawn on request, with what moved beside what is.

import { Problem, followJob, request } from "./api.js";
import { element, hours, money, percent } from "./format.js";
import { watchImport } from "./manager_import.js";
import { TerritoryMap } from "./manager_map.js";
import { daysTable, historyTable, territoriesTable } from "./manager_tables.js";
import { signIn } from "./sign_in.js";

const at = (id) => document.getElementById(id);
let me;
let map;
let current = null;
let draft = null;
let view = "territories";

async function start() {
  me = await signIn(at("panel"));
  at("company").textContent = `${me.organisation} · ${me.map.name}`;
  try {
    map = await TerritoryMap.open(at("map"), me.map);
  } catch (error) {
    at("map").textContent = `The map cannot be drawn here (${error.message}).`;
  }
  at("redraw").onclick = () => attempt(redraw);
  at("plan").onclick = () => attempt(planDay);
  watchImport(at("file"), at("check"), at("import"), () => attempt(load));
  await attempt(load);
}

async function attempt(action) {
  notice("");
  try {
    await action();
  } catch (error) {
    notice(error.message, true);
  }
}

function notice(text, bad = false) {
  at("notice").replaceChildren(text ? element("p", { class: `notice ${bad ? "bad" : ""}` }, text) : "");
}

/** null where there is none. */
async function readAlignment(which) {
  try {
    return await request("GET", `/v1/territories/${which}`);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

async function load() {
  [current, draft] = await Promise.all([readAlignment("current"), readAlignment("draft")]);
  drawFigures();
  await drawDraft();
  await drawTable();
  const shown = draft ?? current;
  if (map && shown) map.showAlignment(shown, await request("GET", `/v1/territories/${shown.version}/units`));
}

function drawFigures() {
  if (!current) return at("figures").replaceChildren("No territories yet: redraw to make the first.");
  const m = current.measures;
  const workload = current.territories.reduce((sum, one) => sum + one.workload_s, 0);
  const figure = (value, label) => element("div", {}, element("b", {}, value), element("span", {}, label));
  at("figures").replaceChildren(
    figure(String(m.accounts), "accounts"),
    figure(String(m.territories), "territories"),
    figure(hours(workload), "workload in a period"),
    figure(hours(m.drive_s), "of it driving"),
    figure(percent(m.largest_workload_deviation), "largest workload deviation"),
    figure(`${Math.round(m.mean_home_drive_s / 60)} min`, "from home to an account"),
    figure(String(m.cut_off_accounts), "accounts cut off"),
  );
}

async function drawDraft() {
  at("draft").hidden = !draft;
  if (!draft) return;
  const rows = [["", "now", "draft", "change"].map((text) => element("span", { class: "head" }, text))];
  let moved = [];
  if (current) {
    const side = await request("GET", `/v1/territories/compare?left=${current.version}&right=${draft.version}`);
    moved = side.moved;
    const row = (label, of, written) => {
      const [left, right] = [of(side.left.measures), of(side.right.measures)];
      rows.push([element("span", {}, label), element("b", {}, written(left)), element("b", {}, written(right)), element("b", {}, written(right - left))]);
    };
    row("Largest workload deviation", (m) => m.largest_workload_deviation, percent);
    row("Largest potential deviation", (m) => m.largest_potential_deviation, percent);
    row("Driving in a period", (m) => m.drive_s, hours);
    row("Home to an account", (m) => m.mean_home_drive_s, (s) => `${(s / 60).toFixed(1)} min`);
    row("Accounts cut off", (m) => m.cut_off_accounts, String);
  }
  if (map) map.showMoved(moved);
  at("draft").replaceChildren(
    element("h2", {}, `Draft, version ${draft.version}`),
    element("p", { id: "moved" }, `${moved.length} accounts change hands (${percent(draft.measures.moved_workload_share)} of the workload); ringed on the map.`),
    element("div", { class: "side" }, ...rows.flat()),
    element(
      "div",
      { class: "toolbar", style: "margin-top:.8rem" },
      element("button", { class: "primary", id: "publish", onclick: () => attempt(publish) }, "Put into force"),
      element("button", { id: "discard", onclick: () => attempt(discard) }, "Discard"),
    ),
  );
}

async function drawTable() {
  const tabs = { territories: "Territories", days: "Today", history: "History" };
  at("tabs").replaceChildren(
    ...Object.entries(tabs).map(([code, label]) =>
      element("button", { role: "tab", "aria-selected": String(code === view), onclick: () => attempt(() => { view = code; return drawTable(); }) }, label),
    ),
  );
  if (view === "days") at("table").replaceChildren(daysTable(await request("GET", `/v1/days/${me.next_planned_day ?? me.today}`), me.time_zone));
  else if (view === "history") at("table").replaceChildren(historyTable((await request("GET", "/v1/territories/history")).items));
  else if (draft ?? current) at("table").replaceChildren(territoriesTable(draft ?? current, (id) => map?.goTo(id)));
}

async function redraw() {
  await runJob("/v1/territories/redraw", {
    workload_tolerance: Number(at("tolerance").value) / 100,
    disruption_weight: Number(at("disruption").value),
  });
  view = "territories";
  await load();
}

async function planDay() {
  const job = await runJob(`/v1/days/${me.next_planned_day ?? me.today}/plan`, {});
  if (job.state === "done") notice(`${job.result.planned} visits planned, ${job.result.unplanned} did not fit.`);
  view = "days";
  await drawTable();
}

async function runJob(path, body) {
  const buttons = [at("redraw"), at("plan")];
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const begun = await request("POST", path, body, { "Idempotency-Key": String(crypto.getRandomValues(new Uint32Array(2)).join("-")) });
    const cancel = element("button", { id: "cancel", onclick: () => request("POST", `/v1/jobs/${begun.id}/cancel`) }, "Cancel");
    const bar = element("progress", { max: 1, value: 0 });
    const text = element("span", { class: "quiet", id: "job-text" }, "Waiting for a worker…");
    at("job").replaceChildren(element("div", { class: "toolbar", style: "margin-top:.7rem" }, text, cancel), bar);
    const ended = await followJob(begun.id, (job) => {
      bar.value = job.progress;
      text.textContent = job.state === "queued" ? "Waiting for a worker…" : `${Math.round(job.progress * 100)} % · ${job.message}`;
    });
    if (ended.state === "failed") throw new Error(ended.problem?.detail ?? "The job failed.");
    if (ended.state === "cancelled") notice("Cancelled; nothing was changed.");
    return ended;
  } finally {
    at("job").replaceChildren();
    buttons.forEach((button) => { button.disabled = false; });
  }
}

async function publish() {
  await request("POST", `/v1/territories/${draft.version}/publish`);
  await load();
}

async function discard() {
  await request("DELETE", `/v1/territories/${draft.version}`);
  await load();
}

start().catch((error) => notice(error.message, true));
