// Log in again without leaving the page, in a dialog.

import { useSession, urls } from "./server.js";

const dialog = document.getElementById("login_dialog");
let waiting = [];

// Say why the user has to log in, and return whether that was done, maybe in another tab.
export function logIn(message) {
  if (!dialog) return Promise.resolve(false);
  dialog.querySelector("[data-message]").textContent = message;
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => waiting.push(resolve));
}

if (dialog) {
  const form = dialog.querySelector("form");
  const alert = dialog.querySelector("[role=alert]");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    alert.textContent = "";
    const { error, password } = await post(form).catch(() => ({ error: form.dataset.failed }));
    // The server returns the password if it is correct, and only the code is missing.
    form.elements.password.value = password ?? "";
    if (error === undefined) return close(true);
    alert.textContent = error;
    (password ? form.elements.code : form.elements.password).focus();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => close(false));
  dialog.addEventListener("cancel", () => close(false));
}

function close(isLoggedIn) {
  dialog.close();
  for (const resolve of waiting) resolve(isLoggedIn);
  waiting = [];
}

// Return an error and the password of the form that the server shows again, or neither after a
// login: the server then redirects to the view of the session.
async function post(form) {
  const page = parse(await (await fetch(urls.login)).text());
  const token = page.querySelector("#login-form [name=csrfmiddlewaretoken]");
  const body = new URLSearchParams(new FormData(form));
  body.set("next", urls.session);
  // Without a form, the user has logged in in another tab.
  const response = token
    ? await fetch(urls.login, { method: "POST", body, headers: { "X-CSRFToken": token.value } })
    : await fetch(urls.session);
  if (response.headers.get("Content-Type")?.startsWith("application/json") && response.ok) {
    useSession(await response.json());
    return {};
  }
  const answer = parse(await response.text());
  return {
    error: answer.querySelector(".errornote")?.textContent.trim() ?? form.dataset.failed,
    password: answer.querySelector("#login-form [name=password]")?.getAttribute("value"),
  };
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}
