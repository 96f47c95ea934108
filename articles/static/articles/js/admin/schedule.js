// Turn the text fields of dates into the browser's pickers.

const DATE_AND_TIME = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d$/;

export function addPickers(form) {
  for (const field of form.querySelectorAll("input[data-schedule]")) {
    // A picker can't show a text with an error, nor the offset that an error may ask for.
    if (field.getAttribute("aria-invalid") === "true") continue;
    if (field.value && !DATE_AND_TIME.test(field.value)) continue;
    const { value } = field;
    field.setAttribute("value", field.defaultValue.replace(" ", "T"));
    field.type = "datetime-local";
    field.value = value.replace(" ", "T");
  }
}

export function removePickers(row) {
  for (const field of row.querySelectorAll("input[data-schedule]")) field.type = "text";
}

// A field whose date is incomplete: the browser would submit an empty value.
export function findIncompleteDate(form) {
  return [...form.querySelectorAll("input[data-schedule]")].find(({ validity }) => validity.badInput);
}
