"use strict";
// Light or dark, kept in this browser under the name that the admin's theme uses too. Runs before
// the page is drawn (no defer), or the page would flash.
(() => {
  const KEY = "adminTheme", CHOICES = ["auto", "light", "dark"];
  const stored = () => {
    try {
      const choice = JSON.parse(localStorage.getItem(KEY));
      return CHOICES.includes(choice) ? choice : "auto";
    } catch { return "auto"; }
  };
  const apply = (choice) => {
    if (choice === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
  };
  apply(stored());
  window.addEventListener("storage", () => apply(stored()));
  document.addEventListener("DOMContentLoaded", () => {
    const select = document.getElementById("theme");
    if (select) {
      select.value = stored();
      select.closest("[hidden]").hidden = false;
      select.addEventListener("change", () => {
        try { localStorage.setItem(KEY, JSON.stringify(select.value)); } catch { /* not kept */ }
        apply(select.value);
      });
    }
    const language = document.querySelector("form.language");
    if (language) {
      language.querySelector("button").hidden = true;
      language.addEventListener("change", () => language.submit());
    }
    // A menu closes by Escape and by a click beside it.
    const menus = () => document.querySelectorAll("details.menu[open]");
    document.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape") return;
      for (const menu of menus()) { menu.open = false; menu.querySelector("summary").focus(); }
    });
    document.addEventListener("click", ({ target }) => {
      for (const menu of menus()) if (!menu.contains(target)) menu.open = false;
    });
  });
})();
