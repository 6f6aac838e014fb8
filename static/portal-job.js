// A job's progress: by websocket, and by asking where there is none.
const box = document.getElementById("job");
const bar = document.getElementById("job-progress"), text = document.getElementById("job-step");
const steps = JSON.parse(document.getElementById("job-steps").textContent);
const POLL_MS = 2000, SIGNED_OUT = 4401, STRANGER = 4403;
const began = Date.now();
let over = false;

function show({ state, step, done, total }) {
  if (state === "done" || state === "failed") {
    over = true;
    location.reload(); // the page itself knows where to go
    return;
  }
  if (step) text.textContent = steps[step] ?? step;
  if (total) { bar.max = total; bar.value = done ?? 0; }
  const late = state === "waiting" && Date.now() - began > 1000 * Number(box.dataset.noticeAfter);
  document.getElementById("job-notice").hidden = !late;
}

async function poll() {
  try {
    const response = await fetch(box.dataset.state, { credentials: "same-origin" });
    if (response.redirected || response.status === 404) location.reload();
    else if (response.ok) show(await response.json());
  } catch { /* no network for the moment: asked again */ }
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}${box.dataset.socket}`);
  socket.onmessage = ({ data }) => show(JSON.parse(data).payload);
  socket.onclose = ({ code }) => {
    if (!over && code !== SIGNED_OUT && code !== STRANGER) setTimeout(connect, 3000);
  };
}
connect();
setInterval(() => { if (!over) poll(); }, POLL_MS); // events may be lost; the database is not
