// Asking the server to do something. Resolves to what it answers, rejects with words for people.
import { text } from "./words.js";

export const post = async (url, fields = {}) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  let response, answer;
  try {
    response = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams(fields),
    });
    answer = await response.json();
  } catch {
    throw new Error(text("failed"));
  }
  if (!response.ok) throw new Error(answer.error || text("failed"));
  return answer;
};

/** What the server answers, or null: away, refused, or signed out (then it shows its login page). */
export const get = async (url) => {
  try {
    const response = await fetch(url, { credentials: "same-origin" });
    return response.ok && !response.redirected ? await response.json() : null;
  } catch {
    return null;
  }
};
