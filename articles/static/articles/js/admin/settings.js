// How the user has arranged the article form, in this browser.

const KEY = "article-form";

export function readSettings() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    // The storage is blocked, or something else has written to it.
    return {};
  }
}

export function writeSetting(name, value) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readSettings(), [name]: value }));
  } catch {
    // Without storage the arrangement lasts until the page is left.
  }
}

export function isRightToLeft(element) {
  return getComputedStyle(element).direction === "rtl";
}
