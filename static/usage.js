// Draws the plots of pages with usage from the numbers that stand in its tables too.
const data = JSON.parse(document.getElementById("usage-data")?.textContent ?? "null");
const HUES = { llm: "--plot-1", composer: "--plot-2", template: "--plot-3", cache: "--plot-4", semantic_cache: "--plot-5", stock: "--plot-6", staff: "--plot-7", zeny: "--plot-1", items: "--plot-2" };
const charts = [];

const colour = (name) => {
  // A canvas does not know light-dark(); an element's computed colour does.
  const probe = document.createElement("span");
  probe.className = "probe";
  probe.dataset.colour = name.slice(2);
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
};

const stacks = (kind) => data[kind]?.[0]?.values !== undefined;

function series(canvas) {
  const kind = canvas.dataset.plot;
  if (stacks(kind)) return data[kind].map((each) => ({ label: each.label, data: each.values, backgroundColor: colour(HUES[each.source]), stack: kind }));
  const values = Array.isArray(data[kind]) ? data[kind] : data[kind].values;
  return [{ label: canvas.dataset.label, data: values, backgroundColor: colour("--plot-1") }];
}

function draw(canvas) {
  const [ink, line] = [colour("--soft"), colour("--line")];
  const stacked = stacks(canvas.dataset.plot);
  return new Chart(canvas, {
    type: "bar",
    data: { labels: data[canvas.dataset.plot]?.names ?? data.days, datasets: series(canvas) },
    options: {
      maintainAspectRatio: false,
      animation: false,
      locale: document.documentElement.lang,
      interaction: { mode: "index", intersect: false },
      plugins: { legend: { display: stacked, position: "bottom", labels: { color: ink, boxWidth: 14 } } },
      scales: {
        x: { stacked, ticks: { color: ink, maxRotation: 0, autoSkipPadding: 12 }, grid: { display: false } },
        y: { stacked, beginAtZero: true, ticks: { color: ink, precision: stacked ? 0 : undefined }, grid: { color: line } },
      },
    },
  });
}

function drawAll() {
  for (const chart of charts.splice(0)) chart.destroy();
  for (const canvas of document.querySelectorAll("canvas[data-plot]")) {
    canvas.closest("figure").hidden = false;
    charts.push(draw(canvas));
  }
}

if (data && window.Chart) {
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
