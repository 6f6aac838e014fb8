// Draws the plots of the world's pages from the numbers that stand in their tables too.
const COLOURS = ["#16a34a", "#dc2626", "#0284c7"];
const charts = new Map();

function draw(canvas, data) {
  charts.get(canvas)?.destroy();
  // A canvas knows neither var() nor light-dark(); the frame's computed colours do.
  const { color: ink, borderTopColor: line } = getComputedStyle(canvas.parentElement);
  charts.set(canvas, new Chart(canvas, {
    type: "line",
    data: {
      labels: data.days,
      datasets: data.lines.map((each, at) => ({ ...each, borderColor: COLOURS[at], backgroundColor: COLOURS[at], tension: 0.25, pointRadius: 2 })),
    },
    options: {
      maintainAspectRatio: false,
      animation: false,
      locale: document.documentElement.lang,
      interaction: { mode: "index", intersect: false },
      plugins: { legend: { position: "bottom", labels: { color: ink, boxWidth: 14 } } },
      scales: {
        x: { ticks: { color: ink, maxRotation: 0, autoSkipPadding: 12 }, grid: { display: false } },
        y: { beginAtZero: true, ticks: { color: ink }, grid: { color: line } },
      },
    },
  }));
}

function drawAll() {
  for (const canvas of document.querySelectorAll(".world-plot canvas")) {
    const numbers = document.getElementById(canvas.dataset.plot ?? "world-data");
    if (numbers) draw(canvas, JSON.parse(numbers.textContent));
  }
}

if (window.Chart) {
  drawAll();
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["class", "data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
}
