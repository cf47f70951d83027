// What came of visits: kept on the phone until the server has them. Ids are made here, so sending twice is harmless.

import { request } from "./api.js";
import { keepRefused } from "./refused.js";

const slot = (repId) => `beatplan.outcomes.${repId}`;
const read = (repId) => JSON.parse(localStorage.getItem(slot(repId)) || "[]");
const write = (repId, waiting) => localStorage.setItem(slot(repId), JSON.stringify(waiting));

/** `visit` is {account_id, name, date, outcome, note}; the name stays on the phone, to tell by should it be refused. */
export function record(repId, visit) {
  write(repId, [...read(repId), { happened_at: new Date().toISOString(), ...visit, id: newId() }]);
}

export const waiting = (repId) => read(repId);

const BATCH = 200; // below the server's limit, so that a phone that was long offline gets rid of them too

/** Send all that wait, batch by batch. Answers how many were {sent, refused}; without a connection they go on waiting. */
export async function send(repId) {
  const total = { sent: 0, refused: 0 };
  for (let left = read(repId).length; left > 0; left -= BATCH) {
    const { sent, refused } = await sendBatch(repId);
    total.sent += sent;
    total.refused += refused;
  }
  return total;
}

async function sendBatch(repId) {
  const batch = read(repId).slice(0, BATCH);
  const outcomes = batch.map(({ name, ...one }) => one);
  const answer = await request("POST", `/v1/reps/${repId}/outcomes`, { outcomes });
  const reasons = new Map(answer.refused.map((one) => [one.id, one]));
  // First kept as refused, then taken off the waiting ones: a phone that dies in between has it twice, not never.
  keepRefused(repId, batch.filter((one) => reasons.has(one.id)).map((one) => ({ ...one, ...reasons.get(one.id) })));
  const settled = new Set([...answer.accepted, ...answer.repeated, ...reasons.keys()]);
  write(repId, read(repId).filter((one) => !settled.has(one.id)));
  return { sent: answer.accepted.length + answer.repeated.length, refused: reasons.size };
}

/** crypto.randomUUID exists on secure pages only, and a phone in the same network comes over plain http. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
