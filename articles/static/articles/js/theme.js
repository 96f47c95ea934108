// A button that cycles through the themes: auto (that of the system), light, dark. A cookie lets the
// server render the theme; local storage shares it with Django's admin.

const THEMES = ["auto", "light", "dark"];
// Seconds.
const YEAR = 365 * 24 * 3600;

export function enableThemeToggle(button) {
  if (!button) return;
  const label = button.querySelector("b");
  const rendered = document.documentElement.dataset.theme ?? "auto";
  const stored = storedTheme();
  let theme = THEMES.includes(stored) ? stored : rendered;

  const render = () => {
    label.textContent = button.dataset[theme];
  };

  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    apply(theme);
    render();
  });
  if (theme !== rendered) apply(theme);
  render();
  button.hidden = false;
}

function storedTheme() {
  try {
    return localStorage.getItem("theme");
  } catch {
    // Storage may be denied; the cookie is used then.
    return null;
  }
}

function apply(theme) {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  const age = theme === "auto" ? 0 : YEAR;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax${secure}`;
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Without storage the cookie remembers the theme, but the admin doesn't share it.
  }
}
