// The dry run without a new page for every line. Without this module the form works as any other.
const form = document.querySelector("[data-rehearsal]");
const result = document.getElementById("rehearsal-result");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  const data = new FormData(form);
  busy(true);
  try {
    const headers = { "X-Requested-With": "fetch" };
    const response = await fetch(form.action, { method: "POST", body: data, headers });
    if (!response.ok) throw new Error(String(response.status));
    result.innerHTML = await response.text();
    if (!result.querySelector("[role=alert]")) form.elements.text.value = "";
    result.scrollIntoView({ block: "nearest" });
  } catch {
    result.prepend(said(form.dataset.failed));
  } finally {
    busy(false);
    form.elements.text.focus({ preventScroll: true });
  }
});

function busy(is) {
  form.setAttribute("aria-busy", String(is));
  form.querySelector("[type=submit]").disabled = is;
}

function said(words) {
  const line = document.createElement("p");
  line.className = "staff-error";
  line.setAttribute("role", "alert");
  line.textContent = words;
  return line;
}
