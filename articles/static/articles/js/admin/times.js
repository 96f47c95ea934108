// A time in words of the page's language: without the date if it is today.

const { lang } = document.documentElement;
const TIME = new Intl.DateTimeFormat(lang, { timeStyle: "short" });
const DATE_AND_TIME = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });

export function formatTime(time) {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date().toDateString();
  return (isToday ? TIME : DATE_AND_TIME).format(date);
}
