// The one place that talks to the server: the key, requests, problems, and jobs that take a while.

// Each page keeps a key of its own, so that the phone link and the managers' link work side by side in one browser.
const OWN = location.pathname.endsWith("/manager") ? "manager" : "rep";
const LOOKS_AT_A_REP = new URLSearchParams(location.search).has("rep");
const slotOf = (page) => `beatplan.key.${page}`;
let page; // whose key this page works with, once that is settled

/** A problem document (RFC 9457) that the server answered with. */
export class Problem extends Error {
  constructor(document) {
    super(document.detail || document.title);
    this.status = document.status;
    this.code = document.code;
    this.field = document.field;
  }
}

/** The key from the address's fragment (which is then cleared, so that it is not shared by accident) or from before. */
export function currentKey() {
  const found = new URLSearchParams(location.hash.slice(1)).get("key");
  if (found) {
    page = OWN;
    keepKey(found);
    history.replaceState(null, "", location.pathname + location.search);
  }
  page ??= pageWithKey();
  return localStorage.getItem(slotOf(page));
}

/** The phone page may use the managers' key: to look at the day of ?rep=, or where it has none of its own. */
function pageWithKey() {
  const order = OWN === "manager" ? ["manager"] : LOOKS_AT_A_REP ? ["manager", "rep"] : ["rep", "manager"];
  return order.find((one) => localStorage.getItem(slotOf(one))) ?? OWN;
}

export function keepKey(key) {
  localStorage.setItem(slotOf(page ?? OWN), key.trim());
}

/** The next key that is entered takes its place; one the phone page only fell back to makes room for its own. */
export function forgetKey() {
  localStorage.removeItem(slotOf(page ?? OWN));
  if (!LOOKS_AT_A_REP) page = OWN;
}

/** One request; answers the parsed body, null for 204. Throws Problem, or TypeError where there is no connection. */
export async function request(method, path, body, headers = {}) {
  const options = { method, headers: { Authorization: `Bearer ${currentKey()}`, ...headers } };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const response = await fetch(path, options);
  if (response.status === 304 || response.status === 204) return null;
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

/** A file as the part `file` of a form; answers as `request` does. */
export async function sendFile(path, file) {
  const form = new FormData();
  form.append("file", file);
  const response = await fetch(path, { method: "POST", body: form, headers: { Authorization: `Bearer ${currentKey()}` } });
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

async function problemOf(response) {
  try {
    return new Problem(await response.json());
  } catch {
    // Not one of our problems, a proxy's page perhaps: its status has to do.
    return new Problem({ status: response.status, title: `The server answered ${response.status}.`, code: "error" });
  }
}

/** A GET that keeps its answer with its ETag, so that a day can be read again without a connection. */
export async function readKept(path) {
  const slot = `beatplan.kept.${currentKey().slice(0, 11)}.${path}`;
  const kept = JSON.parse(localStorage.getItem(slot) || "null");
  let response;
  try {
    const headers = { Authorization: `Bearer ${currentKey()}` };
    if (kept?.etag) headers["If-None-Match"] = kept.etag;
    response = await fetch(path, { headers, cache: "no-store" });
  } catch (error) {
    if (kept) return { document: kept.document, offline: true };
    throw error;
  }
  if (response.status === 304) return { document: kept.document, offline: false };
  if (!response.ok) throw await problemOf(response);
  const document = await response.json();
  keep(slot, JSON.stringify({ etag: response.headers.get("ETag") ?? "", document }));
  return { document, offline: false };
}

/** What is kept may fill the browser's store: then kept days make room, outcomes that wait to be sent never. */
function keep(slot, text) {
  try {
    localStorage.setItem(slot, text);
  } catch {
    for (const name of Object.keys(localStorage)) if (name.startsWith("beatplan.kept.")) localStorage.removeItem(name);
    localStorage.setItem(slot, text);
  }
}

/** Follow a job until it ends; `note(job)` is called on every look. Answers the job's last state. */
export async function followJob(jobId, note, pauseMs = 400) {
  for (;;) {
    const job = await request("GET", `/v1/jobs/${jobId}`);
    note(job);
    if (["done", "failed", "cancelled"].includes(job.state)) return job;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
