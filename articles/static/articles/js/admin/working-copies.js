// Send what the user types to the server now and then, so that it survives this browser, and show
// who else is editing the article.

import { connection, getJSON, NetworkError, postForm, RequestError, urls } from "./server.js";

// In milliseconds: after the last key, at the latest after the first one, after a failure, and
// between two requests for who is editing.
const DELAY = 2_000;
const LIMIT = 5_000;
const RETRY = 10_000;
const PRESENCE = 30_000;
// Those requests stop this long after the last key: they prolong the session.
const AWAY = 10 * 60_000;
// The longest text that is sent while the page is closed, in characters: 64 KiB is the limit.
const MAX_KEEPALIVE = 20_000;
// A large text is sent less often: after as many characters a millisecond.
const CHARACTERS = 100;

// The user's working copies on the server, by id: each with its id and time. JavaScript offers them
// together with those in the browser, in place of the notices in the page.
export function storedWorkingCopies(form) {
  const copies = new Map();
  for (const notice of form.querySelectorAll("[data-working-copy]")) {
    const id = notice.dataset.workingCopy;
    copies.set(id, { id, time: Date.parse(notice.dataset.time) });
    notice.hidden = true;
  }
  return copies;
}

// Store `fields` as the working copy of another form of the article.
export function storeWorkingCopy(id, fields) {
  return postForm(urls.working_copy, { ...fields, form_id: id, article: articleId() });
}

// The primary key in the URL of the form; empty for a new article.
function articleId() {
  return /\/(\d+)\/change\/$/.exec(location.pathname)?.[1] ?? "";
}

export function removeWorkingCopy(id) {
  if (!urls.discard_working_copy) return;
  const options = { headers: { Accept: "application/json" } };
  postForm(urls.discard_working_copy, { id }, undefined, options).catch(ignoreFailure);
}

export function uploadWorkingCopy(form, { isDirty, showError }) {
  if (!urls.working_copy) return { schedule() {}, pause() {}, resume() {} };
  const presence = document.querySelector("[data-presence]");
  let timer;
  let scheduled;
  let controller;
  let isPaused = false;
  let uploaded;
  let active = Date.now();

  const length = () => form.elements.body?.value.length ?? 0;
  const show = (data) => {
    if (presence) presence.textContent = data.presence;
  };
  const send = async (options) => {
    clearTimeout(timer);
    scheduled = undefined;
    const id = form.elements.form_id.value;
    if (!isDirty()) {
      if (uploaded === id) removeWorkingCopy(id);
      uploaded = undefined;
      return;
    }
    controller = new AbortController();
    const data = new FormData(form);
    data.set("article", articleId());
    uploaded = id;
    try {
      show(await postForm(urls.working_copy, data, controller.signal, options));
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof RequestError)) throw error;
      if (error instanceof NetworkError || error.status >= 500) schedule(RETRY);
      else showError(error);
    }
  };
  const schedule = (least = DELAY) => {
    active = Date.now();
    if (isPaused) return;
    scheduled ??= active;
    clearTimeout(timer);
    const delay = Math.max(least, length() / CHARACTERS);
    const limit = scheduled + Math.max(LIMIT, delay) - active;
    timer = setTimeout(send, Math.max(0, Math.min(delay, limit)));
  };

  connection.addEventListener("change", () => connection.state === "online" && isDirty() && schedule());
  addEventListener("pagehide", () => {
    if (scheduled && length() < MAX_KEEPALIVE && isDirty()) send({ keepalive: true });
  });
  setInterval(() => {
    if (document.hidden || !articleId() || Date.now() - active > AWAY) return;
    getJSON(urls.presence, { article: articleId() }).then(show, ignoreFailure);
  }, PRESENCE);
  return {
    schedule,
    pause: () => {
      isPaused = true;
      clearTimeout(timer);
      controller?.abort();
    },
    resume: () => {
      isPaused = false;
      if (isDirty()) schedule();
    },
  };
}

function ignoreFailure(error) {
  if (!(error instanceof RequestError)) throw error;
}
