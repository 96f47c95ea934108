// Says in words whether what is typed is saved, and asks before it would be lost.

import { messages } from "./server.js";

export function watchSaving(form, state, place) {
  const written = () => new URLSearchParams(new FormData(form)).toString();
  let stored = written();
  let leaving = false;
  let dirty = state.dataset.refused === "true";

  const say = (text, how) => {
    if (place.textContent === text) return;
    place.textContent = text;
    place.dataset.state = how;
  };
  const look = () => {
    if (leaving) return;
    dirty = state.dataset.refused === "true" || written() !== stored;
    if (dirty) say(messages.unsaved_changes, "unsaved");
    else say(state.dataset.new === "true" ? messages.not_saved_yet : messages.saved, "saved");
  };

  form.addEventListener("input", look);
  form.addEventListener("change", look);
  form.addEventListener("submit", () => {
    leaving = true;
    say(messages.saving, "saving");
  });
  addEventListener("beforeunload", (event) => {
    if (dirty && !leaving) event.preventDefault();
  });
  // Somebody who comes back to the page finds it as it was left.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    leaving = false;
    look();
  });
  look();
}
