// A time in words of the page's language and in the user's time zone: without the date if it is
// today.

import { timeZone } from "./server.js";

const { lang } = document.documentElement;
const day = formatter({ dateStyle: "short" });
const timeOfDay = formatter({ timeStyle: "short" });
const dateAndTime = formatter({ dateStyle: "medium", timeStyle: "short" });

export function formatTime(value) {
  const date = new Date(value);
  const isToday = day.format(date) === day.format(new Date());
  return (isToday ? timeOfDay : dateAndTime).format(date);
}

// Browsers do not know every time zone that the server knows: without it they use their own.
function formatter(options) {
  try {
    return new Intl.DateTimeFormat(lang, { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat(lang, options);
  }
}
