// The draft beside what is in force: measures side by side, and what to do with it.

import { element, hours, percent } from "./format.js";

const ROWS = [
  ["Largest workload deviation", (m) => m.largest_workload_deviation, (v) => percent(v).replace("+", "")],
  ["Largest potential deviation", (m) => m.largest_potential_deviation, (v) => percent(v).replace("+", "")],
  ["Driving in a period", (m) => m.drive_s, hours],
  ["Home to an account", (m) => m.mean_home_drive_s, (s) => `${(s / 60).toFixed(1)} min`],
  ["Accounts cut off", (m) => m.cut_off_accounts, String],
];

/** `shown` is which of the two the map shows; `on` has show(which), publish(), discard(). */
export function draftPanel(draft, comparison, shown, on) {
  const choice = (which, label) =>
    element("button", { "aria-pressed": String(shown === which), id: `show-${which}`, onclick: () => on.show(which) }, label);
  return [
    element("h2", {}, `Draft, version ${draft.version}`),
    comparison ? element("p", { id: "moved" }, movedText(comparison, draft)) : null,
    comparison ? sideBySide(comparison) : null,
    ...draft.measures.violations.slice(0, 4).map((text) => element("p", { class: "warn small" }, `Not met: ${text}`)),
    element(
      "div",
      { class: "toolbar spread" },
      element("div", { class: "choice" }, comparison ? choice("current", "Present") : null, choice("draft", "Draft")),
      element("button", { id: "discard", onclick: on.discard }, "Discard"),
      element("button", { class: "primary", id: "publish", onclick: on.publish }, "Put into force"),
    ),
  ].filter(Boolean);
}

function movedText(comparison, draft) {
  const count = comparison.moved.length;
  if (!count) return "No account changes hands.";
  const share = percent(draft.measures.moved_workload_share).replace("+", "");
  return `${count} account${count > 1 ? "s change" : " changes"} hands (${share} of the workload), ringed on the map.`;
}

function sideBySide(comparison) {
  const [left, right] = [comparison.left.measures, comparison.right.measures];
  const rows = ROWS.map(([label, of, written]) => {
    const change = of(right) - of(left);
    const sign = change > 0 ? "+" : change < 0 ? "−" : "";
    const text = sign + written(Math.abs(change));
    return [element("span", {}, label), ...[written(of(left)), written(of(right)), text].map((value) => element("b", {}, value))];
  });
  const heads = ["", "now", "draft", "change"].map((text) => element("span", { class: "head" }, text));
  return element("div", { class: "side" }, ...heads, ...rows.flat());
}
