// What things are called, handed over by the page in the reader's language.
const wording = JSON.parse(document.getElementById("wording").textContent);

export const { emotions, sources, reasons } = wording;

/** A text with its %s or %(name)s filled in. */
export const text = (key, values = {}) => {
  const named = typeof values === "object" ? values : { s: values };
  return wording.texts[key]
    .replace(/%\((\w+)\)s/g, (_, name) => named[name] ?? "")
    .replace("%s", () => named.s ?? "");
};

export const byId = (id) => document.getElementById(id);
