// Says something to those who do not see it happen.

let region;

export function announce(text) {
  if (!region) {
    region = document.createElement("div");
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = "";
  // A region that is filled in the moment it is made, or with the same text again, is not read out.
  setTimeout(() => {
    region.textContent = text;
  }, 50);
}
