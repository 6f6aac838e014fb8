// Draws the money plot of the world's page from the numbers that stand in its table too.
const data = JSON.parse(document.getElementById("world-data")?.textContent ?? "null");
const canvas = document.getElementById("economy");
const COLOURS = ["#16a34a", "#dc2626", "#0284c7"];
let chart;

function draw() {
  chart?.destroy();
  // A canvas knows neither var() nor light-dark(); the frame's computed colours do.
  const { color: ink, borderTopColor: line } = getComputedStyle(canvas.parentElement);
  chart = new Chart(canvas, {
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
  });
}

if (data && canvas && window.Chart) {
  draw();
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["class", "data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
