// Requests to the server, and the configuration it puts into the page: URLs, messages, permissions.

const config = document.getElementById("form_config");

export const { urls, messages, permissions, user, saved } = config
  ? JSON.parse(config.textContent)
  : { urls: {}, messages: {}, permissions: {}, user: "", saved: [] };

// In milliseconds.
const TIMEOUT = 15_000;

// Fill the {placeholders} of a message.
export function format(message, values = {}) {
  return message.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
}

// A failed request. Its message is translated and can be shown to the user.
export class RequestError extends Error {}

// The user is logged out, lacks a permission, or the CSRF token is outdated.
export class PermissionDeniedError extends RequestError {}

export async function getJSON(url, parameters, signal) {
  const query = new URLSearchParams(parameters);
  return readJSON(fetch(`${url}?${query}`, { signal }));
}

export async function postForm(url, parameters, signal) {
  try {
    return await post(url, parameters, signal);
  } catch (error) {
    if (!(error instanceof PermissionDeniedError)) throw error;
    await renewToken();
    return post(url, parameters, signal);
  }
}

function post(url, parameters, signal) {
  const body = new URLSearchParams(parameters);
  return readJSON(fetch(url, { method: "POST", headers: { "X-CSRFToken": tokenField().value }, body, signal }));
}

function tokenField() {
  return config.closest("form").elements.csrfmiddlewaretoken;
}

// Get a new CSRF token: logging in, in another tab too, makes all tokens before it invalid. This
// also prolongs the session. Throw RequestError if the server can't be reached or the user is
// logged out.
export async function renewToken() {
  const { token } = await getJSON(urls.session, {}, AbortSignal.timeout(TIMEOUT));
  tokenField().value = token;
}

async function readJSON(request) {
  let response;
  try {
    response = await request;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new RequestError(messages.network_error);
  }
  if (response.redirected || response.status === 403) {
    throw new PermissionDeniedError(messages.permission_denied);
  };
  const data = await response.json().catch(() => ({}));
  if (data.error || !response.ok) throw new RequestError(data.error ?? messages.server_error);
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
