// A page without a key asks for one.

import { Problem, currentKey, forgetKey, keepKey, readKept } from "./api.js";
import { element } from "./format.js";

/** Who is calling, from the server or, without a connection, as last heard; shows the form until a key works. */
export async function signIn(main) {
  for (;;) {
    if (!currentKey()) keepKey(await ask(main, "Paste the key that you were given."));
    try {
      return (await readKept("/v1/me")).document;
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      forgetKey();
      keepKey(await ask(main, "That key is not known. It may have been revoked."));
    }
  }
}

function ask(main, text) {
  return new Promise((resolve) => {
    const field = element("input", { name: "key", type: "password", autocomplete: "off", placeholder: "bp_…", required: true });
    const form = element("form", { class: "sign-in" }, element("h1", {}, "Beatplan"), element("p", {}, text), field, element("button", { class: "primary" }, "Sign in"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      form.remove();
      resolve(field.value);
    });
    main.prepend(form);
    field.focus();
  });
}
