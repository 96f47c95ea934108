// Errors of the form with what can be done about them.

import { logIn } from "./login-dialog.js";
import { LoggedOutError, messages, urls } from "./server.js";

const NOT_FOUND = 404;

// Return a function that shows the message of an error, or nothing. It takes buttons, each a label
// with a function.
export function errorNotice(form, alert) {
  return (error, buttons = {}) => {
    alert.textContent = error?.message ?? "";
    for (const [label, onClick] of Object.entries({ ...buttons, ...remedies(form, error) })) {
      alert.append(" ", button(label, onClick));
    }
  };
}

function remedies(form, error) {
  if (error instanceof LoggedOutError) return { [messages.log_in]: () => logIn(error.message) };
  if (error?.status === NOT_FOUND && urls.add) return { [messages.create_again]: () => createAgain(form) };
  return {};
}

function button(label, onClick) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className: "button", textContent: label });
  element.addEventListener("click", onClick);
  return element;
}

// Save what is in the form as a new object: the stored one has been deleted.
function createAgain(form) {
  history.replaceState(history.state, "", urls.add);
  form.elements.revision.value = "";
  form.requestSubmit(form.querySelector("[name=_draft], [name=_continue]"));
}
