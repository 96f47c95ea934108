// Keep what the user types in the browser's storage and on the server until it is saved, and offer
// it again. A form has an id, which is submitted with it: the server tells which ones were saved.

import { removeWorkingCopy, storedWorkingCopies, storeWorkingCopy, uploadWorkingCopy } from "./working-copies.js";
import { format, getJSON, messages, RequestError, saved, urls, user } from "./server.js";
import { formatTime } from "./times.js";

const PREFIX = "draft";
const MAX_AGE = 30 * 24 * 3600_000;
const DELAY = 400;
const NOT_KEPT = /^(csrfmiddlewaretoken|form_id|initial-.*)$/;

export function keepDrafts(form, notice, { status, isUnsaved, showError }) {
  const { isDirty } = status;
  const prefix = () => `${PREFIX}:${user}:${location.pathname}:`;
  const idField = form.elements.form_id;
  const posted = idField.value;
  const base = form.elements.revision.value;
  const copies = storedWorkingCopies(form);
  const upload = uploadWorkingCopy(form, { isDirty, showError });
  const unanswered = [];
  let isStored = false;
  let timer;

  const startForm = (id) => {
    idField.value = id;
    history.replaceState({ ...history.state, form: id }, "");
  };
  const key = () => prefix() + idField.value;
  const store = () => {
    clearTimeout(timer);
    if (isDirty()) isStored = write(key(), { time: Date.now(), fields: readFields(form) });
    else remove(key());
    status.update();
  };
  const storeLater = () => {
    clearTimeout(timer);
    timer = setTimeout(store, DELAY);
    upload.schedule();
  };
  const discard = (draft) => {
    remove(prefix() + draft.id);
    copies.delete(draft.id);
    removeWorkingCopy(draft.id);
  };
  // The drafts of this form that other windows have left, in the browser and on the server.
  const findOthers = async () => {
    const local = findDrafts(prefix());
    const ids = new Set(local.map(({ id }) => id));
    const stored = [...copies.values()].filter(({ id }) => !ids.has(id));
    for (const copy of stored) copy.fields ??= await fetchFields(copy.id);
    return [...local, ...stored]
      .filter(({ id, fields }) => id !== idField.value && fields && differs(form, fields))
      .sort((first, second) => second.time - first.time);
  };
  // Show the newest of them, with the choice to restore, compare or discard it.
  const offer = async () => {
    const [draft] = await findOthers();
    notice.hidden = !draft;
    if (!draft) return;
    showNotice(notice, messages.draft_found, draft.time, {
      restore: () => {
        restoreFields(form, draft.fields);
        discard(draft);
        store();
        upload.schedule();
        offer();
      },
      compare: urls.compare_working_copy && (() => compareDraft(draft, showError)),
      discard: () => {
        discard(draft);
        offer();
      },
    });
  };
  const restoreOwn = (draft) => {
    restoreFields(form, draft.fields);
    upload.schedule();
    showNotice(notice, messages.draft_restored, draft.time, {
      discard: () => {
        form.reset();
        restoreFields(form, { ...readFields(form), revision: base });
        store();
        upload.schedule();
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
      remove(key());
      startForm(newId());
      store();
    } else if (own && !isUnsaved && differs(form, own.fields)) restoreOwn(own);
    else offer();
  });
  return {
    // Whether the browser has what is typed.
    isStored: () => isStored,
    // While the form is being saved, no working copy is sent, which could arrive after it.
    pause: () => {
      store();
      upload.pause();
    },
    resume: upload.resume,
    // The response to a save was lost. If the form was saved under its id, drafts with that id are
    // removed: what is typed has another one.
    renew: () => {
      const id = idField.value;
      unanswered.push(id);
      startForm(newId());
      store();
      remove(prefix() + id);
    },
    // The form was saved under its id: what is typed from now on is another draft.
    setSaved: () => {
      unanswered.splice(0).forEach(removeWorkingCopy);
      remove(key());
      copies.delete(idField.value);
      startForm(newId());
      store();
      if (notice.querySelector("[data-action=restore]").hidden) notice.hidden = true;
    },
  };
}

// Show what a draft changes on a page of its own. That page reads it from the server.
async function compareDraft(draft, showError) {
  try {
    if (draft.key) await storeWorkingCopy(draft.id, draft.fields);
    location.assign(`${urls.compare_working_copy}?id=${draft.id}`);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    showError(error);
  }
}

// Return null if the working copy was discarded meanwhile, or the server can't be reached.
async function fetchFields(id) {
  try {
    return (await getJSON(urls.working_copy_fields, { id })).fields;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return null;
  }
}

function newId() {
  // Not randomUUID, which needs HTTPS.
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (number) => number.toString(36)).join("");
}

// Without the controls of an error, with which the user answers it.
function readFields(form) {
  const answers = new Set([...form.querySelectorAll("[data-alert] [name]")].map(({ name }) => name));
  const entries = [...new FormData(form)].filter(([name]) => !NOT_KEPT.test(name) && !answers.has(name));
  return Object.fromEntries(entries);
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
    if (!control.name || NOT_KEPT.test(control.name) || control.type === "submit") continue;
    if (control.type === "checkbox") control.checked = control.name in fields;
    else if (control.name in fields) control.value = normalize(fields[control.name]);
    control.dispatchEvent(new Event("restore"));
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function showNotice(notice, message, time, actions) {
  notice.querySelector("p").textContent = format(message, { time: formatTime(time) });
  for (const button of notice.querySelectorAll("button")) {
    const action = actions[button.dataset.action];
    button.hidden = !action;
    button.onclick = action;
  }
  notice.hidden = false;
}

// The drafts of a form in the browser's storage.
function findDrafts(prefix) {
  return storageKeys()
    .filter((key) => key.startsWith(prefix))
    .map((key) => ({ ...read(key), key, id: key.split(":").at(-1) }));
}

function removeSavedAndOld() {
  for (const { key, id, time } of findDrafts(`${PREFIX}:`)) {
    if (saved.includes(id) || !(Date.now() - time < MAX_AGE)) remove(key);
  }
}

// Browsers that block cookies throw an error on any access to the storage.

function storageKeys() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function remove(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // There is nothing to remove.
  }
}

// Return whether there was space: if not, the user is still asked before leaving.
function write(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}
