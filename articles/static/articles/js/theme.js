// A button that goes round the choices of colours: as the system says, light, dark. The server is
// told by a cookie, so that pages come in the right colours; the desk keeps its choice in storage.

const CHOICES = ["auto", "light", "dark"];
const YEAR = 365 * 24 * 3600;

export function offerThemes(button) {
  if (!button) return;
  const label = button.querySelector("b");
  const told = document.documentElement.dataset.theme ?? "auto";
  let choice = CHOICES.includes(kept()) ? kept() : told;

  const show = () => {
    label.textContent = button.dataset[choice];
  };

  button.addEventListener("click", () => {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
    apply(choice);
    show();
  });
  if (choice !== told) apply(choice);
  show();
  button.hidden = false;
}

function kept() {
  try {
    return localStorage.getItem("theme");
  } catch {
    // Storage may be denied; the cookie holds then.
    return null;
  }
}

function apply(choice) {
  const root = document.documentElement;
  if (choice === "auto") delete root.dataset.theme;
  else root.dataset.theme = choice;
  const age = choice === "auto" ? 0 : YEAR;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${choice}; path=/; max-age=${age}; samesite=lax${secure}`;
  try {
    localStorage.setItem("theme", choice);
  } catch {
    // Without storage the cookie remembers it, but not at the desk.
  }
}
