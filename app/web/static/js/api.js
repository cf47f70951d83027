// The one place that talks to the server: the key, requests, problems, and jobs that take a while.

const KEY = "beatplan.key";

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
    keepKey(found);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return localStorage.getItem(KEY);
}

export function keepKey(key) {
  localStorage.setItem(KEY, key.trim());
}

export function forgetKey() {
  localStorage.removeItem(KEY);
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
