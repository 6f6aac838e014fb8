"use strict";
// The admin's theme is written for an Alpine that evaluates its attributes with `new Function`. Ours
// (static/unfold/js/alpine/alpine.js) reads them with a parser of its own, so that the pages need no
// 'unsafe-eval'; that parser knows neither globals nor statements. What the theme uses of both is here:
// docs/decisions/0011-content-security-policy.md.
document.addEventListener("alpine:init", () => {
  const storage = {
    getItem: (name) => window.localStorage.getItem(name),
    setItem: (name, value) => window.localStorage.setItem(name, value),
  };
  // The theme's data is on <html>, so every expression of the page finds these names.
  Alpine.data("theme", (chosen) => ({
    ...theme(chosen),
    localStorage: storage,
    window: {
      get location() { return { pathname: window.location.pathname, search: window.location.search }; },
    },
    getCurrentTab,
    moveRecords,
    sortRecords,
    now: () => Date.now(),
    keepSidebar() {
      this.$watch("sidebarDesktopOpen", (open) => storage.setItem("sidebarDesktopOpen", open ? "1" : "0"));
    },
    leaveSearch(input) {
      if (input.value === "") input.blur();
      else input.value = "";
    },
    nameLike(element) {
      const [input] = element.getElementsByTagName("input");
      const [first] = element.parentElement.getElementsByTagName("input");
      if (input.name.includes("__prefix__")) input.name = first.name;
    },
  }));
  Alpine.data("searchForm", () => searchForm());
  Alpine.data("searchDropdown", () => searchDropdown());
  Alpine.data("searchCommand", () => searchCommand());

  const STATEMENTS = [
    [/^activeTab = (.+); \$watch\('sidebarDesktopOpen', .+$/, "[activeTab = $1, keepSidebar()]"],
    [/^openSearchResults = false; if \(\$refs\.searchInput\.value .+$/, "[openSearchResults = false, leaveSearch($refs.searchInput)]"],
    [/^if \(\$el\.getElementsByTagName\('input'\).+$/, "nameLike($el)"],
    [/^if \((!\$event\.metaKey && !\$event\.ctrlKey)\) (selectItem\(.+\))$/, "($1) && $2"],
    [/^items\.push\(\{ key: new Date\(\)\.getTime\(\)\}\)$/, "items.push({ key: now() })"],
    [/^(openSearchResults = true); (currentIndex = 0);?$/, "[$1, $2]"],
    [/^(sidebarDesktopOpen = !sidebarDesktopOpen); localStorage\.setItem\(.+\);?$/, "$1"],
  ];
  Alpine.interceptInit((element) => {
    for (const attribute of element.attributes) {
      if (!attribute.name.startsWith("x-")) continue;
      const written = attribute.value.replace(/\s+/g, " ").trim();
      const known = STATEMENTS.find(([statement]) => statement.test(written));
      if (known) attribute.value = written.replace(...known);
    }
  });
});
