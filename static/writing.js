/* Writing without losing a word. The pages work without this: it counts characters, and sends what was typed last when the
   page is left. Saving while one types is htmx's. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;

  let dirty = false;    // something was typed that no saving has carried away yet
  let leaving = false;  // the form itself is on its way
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => { dirty = true; });
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });
  form.addEventListener("htmx:beforeRequest", (event) => { if (event.target === form) dirty = false; });
  for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) form.addEventListener(kind, () => { dirty = true; });

  // A colleague was first, or nobody is logged in any more: the answer is a sentence for the line, not an error.
  form.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.id === "saved" && [401, 409].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  // A browser carries at most 64 kB for a page that is gone; with longer texts, the last pause in typing is what was saved.
  const send = () => {
    if (dirty && !leaving && navigator.sendBeacon(form.dataset.autosave, new FormData(form))) dirty = false;
  };
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send(); });
  window.addEventListener("pagehide", send);

  // Counters. The limit stands in words under each text; the numbers are for the eyes, and near the end for the ears.
  const number = new Intl.NumberFormat(document.documentElement.lang);
  for (const text of form.querySelectorAll("textarea[data-most]")) {
    const most = Number(text.dataset.most);
    const limit = document.getElementById(`${text.id}_limit`);
    if (!limit) continue;
    const seen = document.createElement("span");
    const heard = document.createElement("span");
    seen.setAttribute("aria-hidden", "true");
    heard.className = "visually-hidden";
    heard.setAttribute("role", "status");
    limit.after(heard);
    limit.append(" ", seen);
    const count = () => {
      const length = text.value.length + (text.value.match(/\n/g) || []).length;  // a line break is sent as two
      seen.textContent = `${number.format(length)} / ${number.format(most)}`;
      limit.classList.toggle("over", length > most);
      return length;
    };
    let pause;
    text.addEventListener("input", () => {
      const length = count();
      clearTimeout(pause);
      if (length > most * 0.9) pause = setTimeout(() => { heard.textContent = seen.textContent; }, 1500);
    });
    count();
  }
})();
