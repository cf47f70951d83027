// What came of visits: kept on the phone until the server has them. Ids are made here, so sending twice is harmless.

import { request } from "./api.js";

const slot = (repId) => `beatplan.outcomes.${repId}`;
const read = (repId) => JSON.parse(localStorage.getItem(slot(repId)) || "[]");
const write = (repId, waiting) => localStorage.setItem(slot(repId), JSON.stringify(waiting));

export function record(repId, accountId, date, outcome, note) {
  const made = { id: newId(), account_id: accountId, date, outcome, note, happened_at: new Date().toISOString() };
  write(repId, [...read(repId), made]);
  return made;
}

export const waiting = (repId) => read(repId);

const BATCH = 200; // below the server's limit, so that a phone that was long offline gets rid of them too

/** Send all that wait, batch by batch. Answers {sent, refused}; without a connection they go on waiting. */
export async function send(repId) {
  const total = { sent: 0, refused: [] };
  for (let left = read(repId).length; left > 0; left -= BATCH) {
    const { sent, refused } = await sendBatch(repId);
    total.sent += sent;
    total.refused.push(...refused);
  }
  return total;
}

async function sendBatch(repId) {
  const batch = read(repId).slice(0, BATCH);
  const answer = await request("POST", `/v1/reps/${repId}/outcomes`, { outcomes: batch });
  const settled = new Set([...answer.accepted, ...answer.repeated, ...answer.refused.map((one) => one.id)]);
  write(repId, read(repId).filter((one) => !settled.has(one.id)));
  return { sent: answer.accepted.length + answer.repeated.length, refused: answer.refused };
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
