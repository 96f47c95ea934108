// Panels of the page that tell what is stored, such as the links of an article: show them anew after
// a save without a page load. Each has an id and the attribute `data-refresh`.

export async function refreshPanels() {
  const panels = document.querySelectorAll("[data-refresh]");
  if (!panels.length) return;
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const panel of panels) {
    const stored = page.getElementById(panel.id);
    if (stored) panel.replaceWith(document.importNode(stored, true));
  }
}
