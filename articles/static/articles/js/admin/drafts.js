// Keep what the user types in the browser's storage until it is saved, and offer it again.
// A form has an id, which is submitted with it: the server tells which ones were saved.

import { format, messages, saved, user } from "./server.js";

const PREFIX = "draft";
const MAX_AGE = 30 * 24 * 3600_000;
const DELAY = 400;
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "form_id"]);

export function keepDrafts(form, notice, { isDirty, hasErrors }) {
  if (!isStorageAllowed()) return;
  const prefix = `${PREFIX}:${user}:${location.pathname}:`;
  const idField = form.elements.form_id;
  const posted = idField.value;
  const base = form.elements.revision?.value;
  let timer;

  const startForm = (id) => {
    idField.value = id;
    history.replaceState({ ...history.state, form: id }, "");
  };
  const key = () => prefix + idField.value;
  const store = () => {
    clearTimeout(timer);
    if (isDirty()) write(key(), { time: Date.now(), fields: readFields(form) });
    else localStorage.removeItem(key());
  };
  const storeLater = () => {
    clearTimeout(timer);
    timer = setTimeout(store, DELAY);
  };
  // Show the newest other draft of this form, with the choice to restore or to discard it.
  const offer = () => {
    const [draft] = findDrafts(prefix).filter((draft) => draft.key !== key() && differs(form, draft.fields));
    notice.hidden = !draft;
    if (!draft) return;
    showNotice(notice, messages.draft_found, draft.time, {
      restore: () => {
        restoreFields(form, draft.fields);
        localStorage.removeItem(draft.key);
        store();
        offer();
      },
      discard: () => {
        localStorage.removeItem(draft.key);
        offer();
      },
    });
  };
  const restoreOwn = (draft) => {
    restoreFields(form, draft.fields);
    showNotice(notice, messages.draft_restored, draft.time, {
      discard: () => {
        form.reset();
        restoreFields(form, { ...readFields(form), ...(base && { revision: base }) });
        store();
        offer();
      },
    });
  };

  removeSavedAndOld();
  const previous = posted || history.state?.form;
  startForm(previous && !saved.includes(previous) ? previous : newId());
  form.addEventListener("input", storeLater);
  form.addEventListener("change", storeLater);
  addEventListener("pagehide", store);
  document.addEventListener("visibilitychange", () => document.hidden && store());
  addEventListener("pageshow", (event) => {
    const own = read(key());
    if (event.persisted) {
      // The form may have been saved under its id; what is typed now is not.
      localStorage.removeItem(key());
      startForm(newId());
      store();
    } else if (own && !hasErrors && differs(form, own.fields)) restoreOwn(own);
    else offer();
  });
}

// Browsers that block cookies throw an error on any access.
function isStorageAllowed() {
  try {
    return Boolean(localStorage);
  } catch {
    return false;
  }
}

function newId() {
  // Not randomUUID, which needs HTTPS.
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (number) => number.toString(36)).join("");
}

function readFields(form) {
  return Object.fromEntries([...new FormData(form)].filter(([name]) => !NOT_KEPT.has(name)));
}

function differs(form, fields) {
  const current = { ...readFields(form), revision: "" };
  const stored = { ...fields, revision: "" };
  return [...new Set([...Object.keys(current), ...Object.keys(stored)])].some(
    (name) => normalize(current[name]) !== normalize(stored[name]),
  );
}

// A form has CRLF as line breaks, and a control LF.
function normalize(value) {
  return value?.replace(/\r\n?/g, "\n");
}

function restoreFields(form, fields) {
  for (const control of form.elements) {
    if (!control.name || NOT_KEPT.has(control.name) || control.type === "submit") continue;
    if (control.type === "checkbox") control.checked = control.name in fields;
    else if (control.name in fields) control.value = normalize(fields[control.name]);
    control.dispatchEvent(new Event("restore"));
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function showNotice(notice, message, time, actions) {
  const date = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  notice.querySelector("p").textContent = format(message, { time: date.format(time) });
  for (const button of notice.querySelectorAll("button")) {
    const action = actions[button.dataset.action];
    button.hidden = !action;
    button.onclick = action;
  }
  notice.hidden = false;
}

// The drafts of a form, the newest first.
function findDrafts(prefix) {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(prefix))
    .map((key) => ({ ...read(key), key }))
    .sort((first, second) => second.time - first.time);
}

function removeSavedAndOld() {
  for (const { key, time } of findDrafts(`${PREFIX}:`)) {
    const isSaved = saved.includes(key.split(":").at(-1));
    if (isSaved || !(Date.now() - time < MAX_AGE)) localStorage.removeItem(key);
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch (error) {
    // The storage is full: the user is still asked before leaving.
    if (error.name !== "QuotaExceededError") throw error;
  }
}
