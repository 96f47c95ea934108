// Save the form without leaving the page: caret, scroll position and undo history stay, and a save
// that fails leaves everything as it is.

import { announce } from "../announce.js";
import { showFieldErrors } from "./field-errors.js";
import { logIn } from "./login-dialog.js";
import { refreshPanels } from "./refresh.js";
import { findIncompleteDate } from "./schedule.js";
import { LoggedOutError, messages, NetworkError, postForm, RequestError } from "./server.js";
import { replaceText } from "./textarea.js";

// In milliseconds.
const TIMEOUT = 30_000;
const JSON_HEADERS = { Accept: "application/json" };
const CONFLICT = 409;
// Types of controls without a stored value. The radio buttons are those of an answer to an error.
const NOT_STORED = new Set(["submit", "button", "radio"]);

// `showError` is called with an error, or null when nothing is wrong any more. Return a function that
// tells whether a save has begun and not ended.
export function saveInPlace(form, { status, drafts, alert, showError, onSaved }) {
  let isSaving = false;
  let next;

  form.addEventListener("submit", async (event) => {
    if (form.dataset.native) return;
    event.preventDefault();
    if (isSaving) next = event.submitter;
    else if (!reportIncompleteDate(form, showError)) await saveAll(event.submitter);
  });

  const saveAll = async (submitter, mergeWith) => {
    isSaving = true;
    drafts.pause();
    status.setSaving(true);
    try {
      await save(submitter, mergeWith);
    } finally {
      isSaving = false;
      drafts.resume();
      status.setSaving(false);
    }
    const waiting = next;
    next = undefined;
    if (waiting && status.isDirty()) await saveAll(waiting);
  };

  // `mergeWith` is the number of the revision with which the changes are to be combined.
  const save = async (submitter, mergeWith) => {
    const submitted = readValues(form);
    try {
      const data = new FormData(form);
      if (submitter?.name) data.append(submitter.name, submitter.value);
      if (mergeWith) data.append("merge_with", mergeWith);
      const options = { headers: JSON_HEADERS };
      const saved = await postForm(location.href, data, AbortSignal.timeout(TIMEOUT), options);
      succeed(saved, submitted, mergeWith);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error instanceof NetworkError || error.status >= 500) drafts.renew();
      await fail(error, submitter);
    }
  };

  const succeed = (saved, submitted, mergeWith) => {
    const values = { ...submitted, ...saved.fields };
    const isComplete = setSavedValues(form, submitted, values);
    // Else the form lacks changes of another editor, with which the next save combines it again.
    if (isComplete || !mergeWith) form.elements.revision.value = saved.revision;
    status.setSaved({ tags: values.tags });
    drafts.setSaved();
    showError(null);
    showFieldErrors(form, alert);
    const path = new URL(saved.location, location.href).pathname;
    if (saved.reload || path !== saved.url) {
      status.leave();
      location.assign(saved.location);
      return;
    }
    history.replaceState(history.state, "", saved.url);
    if (saved.notifications.length) announce(saved.notifications.join(" "));
    refreshPanels();
    onSaved?.();
  };

  const fail = async (error, submitter) => {
    if (error.status === CONFLICT) {
      showConflict(error, submitter);
      return;
    }
    showError(error);
    showFieldErrors(form, alert, error.data.errors);
    if (!(error instanceof LoggedOutError)) return;
    status.setSaving(false);
    const isLoggedIn = await logIn(error.message);
    status.setSaving(isLoggedIn);
    if (isLoggedIn) await save(submitter);
  };

  // Another user has saved meanwhile: combine both at once, or on a page of its own.
  const showConflict = (error, submitter) => {
    const { newest, is_clean: isClean } = error.data;
    const compare = () => submitNatively(form, submitter, status);
    if (isClean) {
      showError(error, { [messages.save_both]: () => saveAll(submitter, newest), [messages.compare]: compare });
    } else if (newest) {
      showError(error, { [messages.resolve]: compare });
    } else {
      compare();
    }
  };

  return () => isSaving;
}

// The values of the controls as they are submitted, by name.
function readValues(form) {
  const names = [...form.elements].map((control) => control.name).filter(Boolean);
  const data = new FormData(form);
  return Object.fromEntries(names.map((name) => [name, data.get(name) ?? ""]));
}

// Make `values` the defaults of the controls, and their values if they still have those `submitted`.
// Return whether no control that the user has changed meanwhile lacks a new value.
function setSavedValues(form, submitted, values) {
  let isComplete = true;
  for (const control of form.elements) {
    const { name, type } = control;
    if (!(name in values) || NOT_STORED.has(type) || name === "csrfmiddlewaretoken") continue;
    const stored = type === "datetime-local" ? values[name].replace(" ", "T") : values[name];
    if (currentValue(control) === submitted[name]) setValue(control, stored);
    else isComplete &&= values[name] === submitted[name];
    setDefault(control, stored);
  }
  return isComplete;
}

function setDefault(control, value) {
  if (control.type === "checkbox") control.defaultChecked = value !== "";
  else if (control.options) {
    for (const option of control.options) option.defaultSelected = option.value === value;
  } else if (control.type !== "hidden" && control.defaultValue !== value) control.defaultValue = value;
}

// Change only what differs, so that the undo history and the caret stay.
function setValue(control, value) {
  if (currentValue(control) === value) return;
  if (control.type === "checkbox") control.checked = value !== "";
  else if (control.tagName === "TEXTAREA") replaceText(control, value);
  else {
    control.value = value;
    control.dispatchEvent(new Event("restore"));
  }
}

function currentValue(control) {
  if (control.type === "checkbox") return control.checked ? "on" : "";
  return control.value;
}

// Post the form as without JavaScript: the response is a page.
export function submitNatively(form, submitter, status) {
  status.leave();
  form.dataset.native = "true";
  form.requestSubmit(submitter);
  delete form.dataset.native;
}

function reportIncompleteDate(form, showError) {
  const field = findIncompleteDate(form);
  if (!field) return false;
  field.closest("details")?.setAttribute("open", "");
  showError(new RequestError(messages.incomplete_date));
  field.reportValidity();
  return true;
}
