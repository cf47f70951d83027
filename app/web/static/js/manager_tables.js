// The tables beside the map.

import { clock, compact, element, kilometres, minutes, money, percent } from "./format.js";
import { colourOf } from "./manager_map.js";

function table(heads, rows) {
  const head = element("tr", {}, ...heads.map((text) => element("th", {}, text)));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}

const cells = (values) => values.map((value) => element("td", {}, value));
const hoursOnly = (seconds) => (seconds / 3600).toFixed(1);

/** A row that a click or Enter chooses. */
function row(choose, ...children) {
  const made = element("tr", { tabindex: 0, onclick: pick, onkeydown: (event) => { if (event.key === "Enter") pick(); } }, ...children);
  function pick() {
    made.parentElement.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
    made.classList.add("chosen");
    choose();
  }
  return made;
}

export function territoriesTable(alignment, tolerance, choose) {
  const rows = alignment.territories.map((one) => {
    const swatch = element("span", { class: "swatch", style: `background:${colourOf(alignment, one.rep_id)}` });
    const kept = Math.abs(one.workload_balance) <= tolerance + 0.0005;
    const deviation = element("span", { class: kept ? "good" : "bad" }, percent(one.workload_balance));
    const figures = [String(one.accounts), hoursOnly(one.workload_s), hoursOnly(one.drive_s), compact(one.potential), deviation, percent(one.potential_balance), String(Math.round(one.mean_home_drive_s / 60)), compact(one.quota)];
    return row(() => choose(one.rep_id), element("td", {}, swatch, one.rep_name), ...cells(figures));
  });
  return table(["Rep", "Ac\u00adcounts", "Load h", "Drive h", "Poten\u00adtial", "Load ±", "Potential ±", "Home min", "Quota"], rows);
}

export function daysTable(answer, timeZone) {
  if (!answer.days.length) return element("p", { class: "quiet" }, "Nothing is planned for this day.");
  const rows = answer.days.map((day) => {
    const link = element("a", { href: `/rep?rep=${day.rep_id}&date=${answer.date}` }, day.rep_name);
    const times = [day.first_at ? clock(day.first_at, timeZone) : "–", day.last_at ? clock(day.last_at, timeZone) : "–"];
    return row(() => link.click(), element("td", {}, link), ...cells([String(day.stops), minutes(day.drive_s), kilometres(day.distance_m), ...times]));
  });
  return table(["Rep", "Stops", "Driving", "Distance", "First", "Last"], rows);
}

export function quotasTable(set) {
  const rows = set.quotas.map((one) => element("tr", {}, ...cells([one.rep_name, money(one.amount), percent(one.share).replace("+", ""), element("span", { class: "reason" }, one.explanation)])));
  return table([`Rep · ${set.period}`, "Quota", "Share", "Why"], rows);
}

export function historyTable(items, choose) {
  const rows = items.map((one) =>
    row(
      () => choose(one.version),
      ...cells([`Version ${one.version}`, { draft: "draft", current: "in force", retired: "earlier" }[one.state] ?? one.state, one.created_at.slice(0, 16).replace("T", " "), percent(one.measures.largest_workload_deviation).replace("+", ""), String(one.measures.moved_accounts), element("span", { class: "reason" }, one.note || "–")]),
    ),
  );
  return table(["Territories", "State", "Made (UTC)", "Load within", "Moved", "Note"], rows);
}
