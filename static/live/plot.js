// Trust over a conversation, as a line.
import { byId, text } from "./words.js";

const WIDTH = 600, HEIGHT = 90, EDGE = 6;
const points = byId("trust") ? new Map(JSON.parse(byId("trust").textContent)) : null;

const draw = () => {
  const values = [...points].sort(([a], [b]) => a - b).map(([, trust]) => trust);
  const step = WIDTH / Math.max(values.length - 1, 1);
  const y = (trust) => EDGE + (HEIGHT - 2 * EDGE) * (1 - trust / 10);
  const dots = values.map((trust, at) => `${(at * step).toFixed(1)},${y(trust).toFixed(1)}`);
  if (dots.length === 1) dots.push(`${WIDTH},${y(values[0]).toFixed(1)}`);
  byId("plot").querySelector("polyline").setAttribute("points", dots.join(" "));
  if (!values.length) return;
  const words = text("plot", {
    first: values[0].toFixed(1), last: values.at(-1).toFixed(1), turns: values.length,
  });
  byId("plot").setAttribute("aria-label", words);
  byId("plot-caption").textContent = words;
};

export const plot = (turn) => {
  if (!points) return;
  points.set(Number(turn.turn_id), Number(turn.trust));
  draw();
};

if (points) draw();
