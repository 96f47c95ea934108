// The page of an edit conflict: a choice fills the result, and editing the result chooses it.

for (const choice of document.querySelectorAll("[data-conflict]")) {
  const result = choice.querySelector("[data-result]");
  const edited = choice.querySelector("input[type=radio][value=edited]");
  choice.addEventListener("change", ({ target }) => {
    const text = choice.querySelector(`[data-value="${target.value}"]`);
    if (target.type === "radio" && text) result.value = text.value;
  });
  result.addEventListener("input", () => {
    edited.checked = true;
  });
}
