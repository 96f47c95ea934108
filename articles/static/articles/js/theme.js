// Sets the reader's choice of colours before anything is painted. The desk keeps it under the same key.
(function () {
  let choice = null;
  try {
    choice = localStorage.getItem("theme");
  } catch {
    // Storage may be denied; the system's choice holds then.
  }
  if (choice === "light" || choice === "dark") {
    document.documentElement.dataset.theme = choice;
  }
})();
