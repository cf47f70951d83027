// Outcomes that the server did not take: kept on the phone, with what was written, until the rep puts them away.

import { element, longDate } from "./format.js";

const slot = (repId) => `beatplan.refused.${repId}`;
const write = (repId, all) => localStorage.setItem(slot(repId), JSON.stringify(all));

export const refusedOf = (repId) => JSON.parse(localStorage.getItem(slot(repId)) || "[]");

/** Keep `outcomes`, each with the server's `code` and `detail`; one that is there already is kept once. */
export function keepRefused(repId, outcomes) {
  const fresh = new Set(outcomes.map((one) => one.id));
  if (fresh.size) write(repId, [...refusedOf(repId).filter((one) => !fresh.has(one.id)), ...outcomes]);
}

export function dismiss(repId, id) {
  write(repId, refusedOf(repId).filter((one) => one.id !== id));
}

/** The list as elements; `change(one)` is offered where another note helps, `changed()` is called after a dismissal. */
export function refusedList(repId, labelOf, change, changed) {
  return refusedOf(repId).map((one) => {
    const title = `Not taken: ${one.name ?? `account ${one.account_id}`}, “${labelOf(one.outcome)}” on ${longDate(one.date)}`;
    const putAway = () => { dismiss(repId, one.id); changed(); };
    return element(
      "div",
      { class: "notice bad refused" },
      element("b", {}, title),
      element("div", {}, one.detail),
      one.note ? element("div", { class: "said" }, `“${one.note}”`) : null,
      element(
        "div",
        { class: "pair" },
        one.code === "note_too_long" ? element("button", { class: "primary", onclick: () => change(one) }, "Shorten the note") : null,
        element("button", { onclick: putAway }, "Dismiss"),
      ),
    );
  });
}
