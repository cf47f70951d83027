// Long work with a progress bar and a cancel button.

import { followJob, request } from "./api.js";
import { element } from "./format.js";

/** Begin a job and see it through in `area`; answers its last state, throws what it failed with. */
export async function runJob(path, body, area) {
  const begun = await request("POST", path, body, { "Idempotency-Key": crypto.getRandomValues(new Uint32Array(2)).join("-") });
  const bar = element("progress", { max: 1, value: 0 });
  const text = element("span", { class: "quiet", id: "job-text" }, "Waiting for a worker…");
  const cancel = element("button", { id: "cancel", onclick: stop }, "Cancel");
  async function stop() {
    cancel.disabled = true;
    text.textContent = "Cancelling…";
    await request("POST", `/v1/jobs/${begun.id}/cancel`).catch(() => { cancel.disabled = false; });
  }
  area.replaceChildren(element("div", { class: "toolbar spread" }, text, cancel), bar);
  try {
    const ended = await followJob(begun.id, (job) => {
      bar.value = job.progress;
      if (job.cancel_requested) return;
      const what = job.message ? ` · ${job.message}` : "";
      text.textContent = job.state === "queued" ? "Waiting for a worker…" : `${Math.round(job.progress * 100)} %${what}`;
    });
    if (ended.state === "failed") throw new Error(ended.problem?.detail ?? "The job failed.");
    return ended;
  } finally {
    area.replaceChildren();
  }
}
