// Check before each save that the server can be reached, that the user is logged in and that dates
// are complete. A save that fails would replace the form with an error page.

import { messages, renewToken, RequestError } from "./server.js";
import { findIncompleteDate } from "./schedule.js";

// A session is prolonged at most this often while the user types, in milliseconds.
const RENEWAL = 10 * 60_000;

// `showError` is called with an error, or null when a check has succeeded.
export function checkBeforeSave(form, showError) {
  let isChecking = false;
  let isChecked = false;

  const check = async () => {
    try {
      await renewToken();
      showError(null);
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      showError(error);
      return false;
    }
  };

  form.addEventListener("submit", async (event) => {
    if (isChecked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isChecking || reportIncompleteDate(form, showError)) return;
    isChecking = true;
    isChecked = await check().finally(() => {
      isChecking = false;
    });
    if (isChecked) form.requestSubmit(event.submitter);
  });
  addEventListener("pageshow", () => {
    isChecked = false;
  });

  let renewed = Date.now();
  form.addEventListener("input", () => {
    if (Date.now() - renewed < RENEWAL) return;
    renewed = Date.now();
    check();
  });
}

function reportIncompleteDate(form, showError) {
  const field = findIncompleteDate(form);
  if (!field) return false;
  field.closest("details")?.setAttribute("open", "");
  showError(new RequestError(messages.incomplete_date));
  field.reportValidity();
  return true;
}
