// Announce a change to users of screen readers, in a live region.

let region;

export function announce(text) {
  if (!region) {
    region = document.createElement("div");
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = "";
  // Screen readers ignore a region filled when it is created, and a text equal to the last one.
  setTimeout(() => {
    region.textContent = text;
  }, 50);
}
