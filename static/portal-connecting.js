// The map-server's panel: fetched anew when something happened, and now and then.
import "./portal-plan.js";

const holder = document.querySelector("[data-live]");
const POLL_MS = 5000, SIGNED_OUT = 4401, STRANGER = 4403;
let fetching = false, again = false, html = "", attempt = 0;

const connected = () => holder.querySelector("[data-state]")?.dataset.state === "connected";

async function refresh() {
  if (fetching) { again = true; return; }
  fetching = true;
  try {
    const response = await fetch(holder.dataset.panel, { credentials: "same-origin" });
    const fresh = response.ok && !response.redirected ? await response.text() : html;
    if (fresh && fresh !== html) {
      html = fresh;
      holder.innerHTML = fresh; // our own page, escaped by the server
    }
  } catch { /* no network for the moment: asked again */ }
  fetching = false;
  if (again) { again = false; refresh(); }
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}${holder.dataset.live}`);
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.topic === "hello") attempt = 0;
    if (message.topic === "handshake") refresh();
    if (message.n) socket.send(JSON.stringify({ seen: message.n }));
  };
  socket.onclose = ({ code }) => {
    if (code === SIGNED_OUT || code === STRANGER) return;
    setTimeout(connect, Math.min(30000, 1000 * 2 ** attempt++));
  };
}
if (holder) {
  connect();
  setInterval(() => { if (!connected()) refresh(); }, POLL_MS);
}
