/* <form data-autosave="URL"> saves the draft on leaving a field and every 20 seconds, and says "Saved 14:32" only after
   the server has committed. The URL takes the form by POST and answers JSON {"saved_at": "14:32", "version": 7, "errors": {...}};
   409 or 412 means that somebody else changed it. Nothing is kept on the device: it may be shared. */
"use strict";
(function () {
  const EVERY = 20000;
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const place = document.querySelector("[data-saved]");
  const PATIENCE = 4000; /* how long a pressed button waits for words that are already on their way */
  let dirty = false, saving = false, wanted = false, stopped = false, typed = 0, pressed = null;

  const tell = (kind, extra) => {
    if (!place) return;
    place.textContent = place.dataset["words" + kind] + (extra ? " " + extra : "");
    place.classList.toggle("failed", !["Saved", "Saving"].includes(kind));
  };

  /* Signing in again changes the token; the cookie or a fresh copy of the page has the new one. */
  async function freshToken() {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (answer.redirected && !answer.url.startsWith(location.href.split("?")[0])) return false;
    const field = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("input[name=csrfmiddlewaretoken]");
    const ours = form.querySelector("input[name=csrfmiddlewaretoken]");
    if (!field || !ours) return false;
    ours.value = field.value;
    return true;
  }

  function send(leaving) {
    const words = new FormData(form);
    for (const [name, value] of [...words]) if (value instanceof File) words.delete(name);
    return fetch(form.dataset.autosave, {
      method: "POST", body: words, credentials: "same-origin", keepalive: Boolean(leaving), redirect: "manual",
      headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
    });
  }

  async function save(again) {
    if (saving) { wanted = true; return; }
    if (!dirty || stopped) return;
    saving = true;
    const before = typed;
    tell("Saving");
    try {
      const answer = await send(false);
      if (answer.ok) await saved(answer, before);
      else await refused(answer, again);
    } catch (error) { tell("Failed"); }
    saving = false;
    if (pressed) { press(); return; }
    if (wanted) { wanted = false; await save(false); } /* what was typed while the last words were on their way */
  }

  /* A button that was pressed while words were on their way goes after them, with the version that they made. */
  function press() {
    const [button] = pressed;
    stopped = true;
    form.requestSubmit(button || undefined);
  }

  async function saved(answer, before) {
    const now = await answer.json();
    if (now.version !== undefined && form.elements.version) form.elements.version.value = now.version;
    dirty = typed !== before;
    form.querySelectorAll(".field.wrong").forEach((field) => field.classList.remove("wrong"));
    Object.keys(now.errors || {}).forEach((name) => { const field = document.getElementById("field-" + name); if (field) field.classList.add("wrong"); });
    tell("Saved", now.saved_at);
  }

  async function refused(answer, again) {
    if (answer.status === 409 || answer.status === 412) { stopped = true; tell("Conflict"); return; }
    if ((answer.status === 403 || answer.status === 401 || answer.type === "opaqueredirect")) {
      if (!again && await freshToken()) { saving = false; return save(true); }
      tell("SignedOut"); return;
    }
    tell("Failed");
  }

  const touched = () => { dirty = true; typed += 1; };
  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("focusout", (event) => { if (!event.relatedTarget || event.relatedTarget.type !== "submit") save(false); });
  setInterval(() => save(false), EVERY);
  window.addEventListener("online", () => save(false));
  form.addEventListener("submit", (event) => {
    if (!saving || pressed) { stopped = true; return; }
    event.preventDefault();
    pressed = [event.submitter];
    setTimeout(() => { if (saving) press(); }, PATIENCE);
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && dirty && !stopped && !saving) send(true).then((answer) => answer.ok && saved(answer, typed)).catch(() => tell("Failed")); });
  window.addEventListener("beforeunload", (event) => { if (dirty && !stopped) event.preventDefault(); });
})();
