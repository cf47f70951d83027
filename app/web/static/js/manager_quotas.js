// A goal of the company, split into quotas by what territories hold and reps can sell.

import { request } from "./api.js";
import { element } from "./format.js";
import { quotasTable } from "./manager_tables.js";

/** The form and the newest quotas; `split()` is called when there are new ones. */
export async function quotasPanel(known, attempt, split) {
  const set = known ? await request("GET", "/v1/quotas/current") : null;
  const field = (label, properties) => {
    const input = element("input", { required: true, ...properties });
    return [element("label", {}, label, input), input];
  };
  const [goalLabel, goal] = field("Goal, whole units", { id: "goal", type: "number", min: 0, step: 1, value: set ? Math.round(set.goal) : "" });
  const [periodLabel, period] = field("Period", { id: "period", maxlength: 50, value: set?.period ?? String(new Date().getFullYear()) });
  const [weightLabel, weight] = field("By potential, %", { id: "weight", type: "number", min: 0, max: 100, value: 60, title: "The rest by working time" });
  const form = element("form", { class: "toolbar", id: "quota-form" }, goalLabel, periodLabel, weightLabel, element("button", { class: "primary" }, "Split the goal"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => {
      await request("POST", "/v1/quotas", { goal: Number(goal.value), period: period.value.trim(), potential_weight: Number(weight.value) / 100 });
      await split();
    });
  });
  const about = element("p", { class: "quiet" }, "By potential, the rest by the reps' working time; the quotas add up to the goal.");
  return element("div", {}, form, about, set ? quotasTable(set) : null);
}
