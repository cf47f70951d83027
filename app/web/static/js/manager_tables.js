// The tables beside the map.

import { clock, element, hours, kilometres, minutes, money, percent } from "./format.js";
import { colourOf } from "./manager_map.js";

function table(heads, rows) {
  const head = element("tr", {}, ...heads.map((text) => element("th", {}, text)));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}

const cells = (values) => values.map((value) => element("td", {}, value));

export function territoriesTable(alignment, choose) {
  const rows = alignment.territories.map((one) => {
    const swatch = element("span", { class: "swatch", style: `background:${colourOf(alignment, one.rep_id)}` });
    const deviation = element("span", { class: Math.abs(one.workload_balance) > 0.1001 ? "bad" : "good" }, percent(one.workload_balance));
    const figures = [String(one.accounts), hours(one.workload_s), hours(one.drive_s), money(one.potential), deviation, percent(one.potential_balance), minutes(one.mean_home_drive_s), money(one.quota)];
    return element("tr", { onclick: () => choose(one.rep_id) }, element("td", {}, swatch, one.rep_name), ...cells(figures));
  });
  return table(["Rep", "Accounts", "Workload", "Driving", "Potential", "Load ±", "Potential ±", "Home", "Quota"], rows);
}

export function daysTable(answer, timeZone) {
  const rows = answer.days.map((day) =>
    element(
      "tr",
      { onclick: () => { location.href = `/rep?rep=${day.rep_id}&date=${answer.date}`; } },
      ...cells([day.rep_name, String(day.stops), minutes(day.drive_s), kilometres(day.distance_m), day.first_at ? clock(day.first_at, timeZone) : "–", day.last_at ? clock(day.last_at, timeZone) : "–"]),
    ),
  );
  return table([`Rep · ${answer.date}`, "Stops", "Driving", "Distance", "First", "Last"], rows);
}

export function historyTable(items) {
  const rows = items.map((one) =>
    element("tr", {}, ...cells([`Version ${one.version}`, one.state, one.created_at.slice(0, 16).replace("T", " "), percent(one.measures.largest_workload_deviation), String(one.measures.moved_accounts), one.note || "–"])),
  );
  return table(["Territories", "State", "Made (UTC)", "Deviation", "Moved", "Note"], rows);
}
