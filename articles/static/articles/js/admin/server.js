// What the desk asks of the server, and what the server told it with the page: addresses, words, rights.

const config = document.getElementById("form_config");

export const { urls, messages, permissions } = config
  ? JSON.parse(config.textContent)
  : { urls: {}, messages: {}, permissions: {} };

// A sentence with {names} in it → the sentence with their values.
export function say(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// An answer that the server gave in words: it can be shown as it is.
export class Refusal extends Error {}

export async function ask(address, parameters, signal) {
  const query = new URLSearchParams(parameters);
  return answer(fetch(`${address}?${query}`, { signal }));
}

export async function send(address, parameters, signal) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams(parameters);
  return answer(fetch(address, { method: "POST", headers: { "X-CSRFToken": token }, body, signal }));
}

async function answer(asked) {
  let response;
  try {
    response = await asked;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(messages.network_error);
  }
  if (response.redirected || response.status === 403) throw new Refusal(messages.permission_denied);
  const data = await response.json().catch(() => ({}));
  if (data.error || !response.ok) throw new Refusal(data.error ?? messages.server_error);
  return data;
}

// Runs a task a moment after the last call, and gives it a signal by which a newer call stops it.
export function debounced(task, delay) {
  let timer;
  let running = new AbortController();
  const run = (...values) => {
    run.cancel();
    running = new AbortController();
    const { signal } = running;
    timer = setTimeout(() => settle(task(signal, ...values)), delay);
  };
  run.cancel = () => {
    clearTimeout(timer);
    running.abort();
  };
  return run;
}

async function settle(work) {
  try {
    await work;
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}
