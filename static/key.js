// Copies and saves what stands on the page. Without scripts the buttons stay hidden: the text can be selected.
const status = document.getElementById("copied");

async function copy(button, source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch { // no permission, or no https: what is selected can be copied by hand
    getSelection().selectAllChildren(source);
    if (!document.execCommand("copy")) return;
  }
  const label = button.textContent;
  button.textContent = status.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = label; status.textContent = ""; }, 2000);
}

function save(source, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([source.textContent], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

for (const button of document.querySelectorAll("[data-copy], [data-save]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const source = document.getElementById(button.dataset.copy || button.dataset.save);
    if (button.dataset.copy) copy(button, source);
    else save(source, button.dataset.name);
  });
}
