// Requests to the server, and the configuration it puts into the page: URLs, messages, permissions.

const config = document.getElementById("form_config");

const defaults = { urls: {}, messages: {}, permissions: {}, user: "", saved: [] };

export const {
  urls,
  messages,
  permissions,
  user,
  saved,
  time_zone: timeZone,
} = config ? JSON.parse(config.textContent) : defaults;

// In milliseconds.
const TIMEOUT = 15_000;

// Fill the {placeholders} of a message.
export function format(message, values = {}) {
  return message.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
}

// A failed request. Its message is translated and can be shown to the user.
export class RequestError extends Error {
  constructor(message, { status = 0, data = {} } = {}) {
    super(message);
    this.status = status;
    this.data = data;
  }
}

// The server can't be reached, or doesn't respond in time.
export class NetworkError extends RequestError {}

// The session has ended, or belongs to another user now.
export class LoggedOutError extends RequestError {}

// The user lacks a permission, or the CSRF token is outdated.
export class PermissionDeniedError extends RequestError {}

// What the last request has shown: "online", "offline" or "logged-out". Dispatches "change".
export const connection = new EventTarget();
connection.state = navigator.onLine ? "online" : "offline";

function setConnection(state) {
  if (connection.state === state) return;
  connection.state = state;
  connection.dispatchEvent(new Event("change"));
}

addEventListener("offline", () => setConnection("offline"));
addEventListener("online", () => config && renewToken().catch(() => {}));

export async function getJSON(url, parameters, signal) {
  const query = new URLSearchParams(parameters);
  return readJSON(fetch(`${url}?${query}`, { signal }));
}

// `options` are those of fetch().
export async function postForm(url, parameters, signal, options) {
  try {
    return await post(url, parameters, signal, options);
  } catch (error) {
    if (!(error instanceof PermissionDeniedError)) throw error;
    await renewToken();
    return post(url, parameters, signal, options);
  }
}

function post(url, parameters, signal, options = {}) {
  const headers = { ...options.headers, "X-CSRFToken": tokenField().value };
  const body = new URLSearchParams(parameters);
  return readJSON(fetch(url, { ...options, method: "POST", headers, body, signal }));
}

function tokenField() {
  return config.closest("form").elements.csrfmiddlewaretoken;
}

// Get a new CSRF token: logging in, in another tab too, makes all tokens before it invalid. This
// also prolongs the session. Throw RequestError if the server can't be reached or the user is
// logged out.
export async function renewToken() {
  useSession(await getJSON(urls.session, {}, AbortSignal.timeout(TIMEOUT)));
}

// Use the token of a session, which `urls.session` returns, unless it is that of another user.
export function useSession(session) {
  if (session.user !== user) {
    setConnection("logged-out");
    throw new LoggedOutError(format(messages.other_user, { name: session.name }));
  }
  // Only now: with the token of another user, the next request would be accepted as theirs.
  tokenField().value = session.token;
}

async function readJSON(request) {
  let response;
  try {
    response = await request;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (error.name === "TimeoutError") throw new NetworkError(messages.timeout);
    setConnection("offline");
    throw new NetworkError(messages.network_error);
  }
  const data = await response.json().catch((error) => {
    if (error.name === "AbortError") throw error;
    return {};
  });
  if (response.status === 401 || (response.redirected && !data.token)) {
    setConnection("logged-out");
    throw new LoggedOutError(messages.logged_out);
  }
  setConnection("online");
  const details = { status: response.status, data };
  if (response.status === 403) throw new PermissionDeniedError(data.error || messages.permission_denied, details);
  if (data.error || !response.ok) throw new RequestError(data.error || messages.server_error, details);
  return data;
}

// Debounce an async function: it runs `delay` milliseconds after the last call, with a signal that
// a newer call aborts.
export function debounce(callback, delay) {
  let timer;
  let controller = new AbortController();
  const debounced = (...values) => {
    debounced.cancel();
    controller = new AbortController();
    const { signal } = controller;
    timer = setTimeout(() => ignoreAbort(callback(signal, ...values)), delay);
  };
  debounced.cancel = () => {
    clearTimeout(timer);
    controller.abort();
  };
  return debounced;
}

async function ignoreAbort(promise) {
  try {
    await promise;
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}
