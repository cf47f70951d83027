// Accounts from a file: first a dry run that shows row by row what is wrong, then the import, if one says so.

import { followJob, request } from "./api.js";
import { element } from "./format.js";

/** Wire the file chooser; `imported()` is called when accounts have changed. */
export function watchImport(file, check, area, imported) {
  file.addEventListener("change", () => { check.disabled = !file.files.length; area.replaceChildren(); });
  check.addEventListener("click", () => guard(area, async () => showReport(await run(file.files[0], "dry_run", area), file.files[0], area, imported)));
}

async function guard(area, action) {
  try {
    await action();
  } catch (error) {
    area.replaceChildren(element("p", { class: "notice bad" }, error.message));
  }
}

async function run(chosen, mode, area) {
  const bar = element("progress", { max: 1, value: 0 });
  area.replaceChildren(bar);
  const body = { filename: chosen.name, content_base64: await base64(chosen), mode };
  const begun = await request("POST", "/v1/accounts/imports", body);
  const job = await followJob(begun.id, (state) => { bar.value = state.progress; });
  if (job.state !== "done") throw new Error(job.problem?.detail ?? `The import was ${job.state}.`);
  return job.result;
}

function base64(chosen) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(chosen);
  });
}

function showReport(report, chosen, area, imported) {
  const heads = element("tr", {}, ...["Row", "Column", "What is wrong", "Value"].map((text) => element("th", {}, text)));
  const rows = report.problems.map((one) => element("tr", {}, ...[String(one.row), one.column, one.message, one.value].map((text) => element("td", {}, text ?? ""))));
  const more = report.problems_left_off ? `, the first ${report.problems.length} problems shown` : "";
  const parts = [element("p", {}, `${report.good} of ${report.rows} rows are good${more}.`), ...report.warnings.map((text) => element("p", { class: "warn" }, text))];
  if (rows.length) parts.push(element("div", { class: "scroll" }, element("table", {}, element("thead", {}, heads), element("tbody", {}, ...rows))));
  if (report.good) {
    const label = rows.length ? `Import the ${report.good} good rows` : `Import ${report.good} accounts`;
    const take = async () => {
      const done = await run(chosen, "good_rows", area);
      area.replaceChildren(element("p", { class: "good" }, `${done.imported} accounts imported. Redraw to give new ones a territory.`));
      imported();
    };
    parts.push(element("button", { class: "primary", onclick: () => guard(area, take) }, label));
  }
  area.replaceChildren(...parts);
}
