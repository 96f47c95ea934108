// Files that are too large are refused before they are sent: a server that refuses them
// while they arrive may end the connection before its answer is read.

for (const input of document.querySelectorAll("input[type=file][data-max-size]")) {
  input.addEventListener("change", () => {
    const sizes = [...input.files].map((file) => file.size);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const isTooLarge = total > Number(input.dataset.maxSize);
    input.setCustomValidity(isTooLarge ? input.dataset.tooLarge : "");
    input.reportValidity();
  });
}
