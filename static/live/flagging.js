// Flagging a turn, taking a flag away, and asking what an answer was made from.
import { showFlags } from "./card.js";
import { get, post } from "./post.js";
import { say } from "./announce.js";
import { byId, reasons, text } from "./words.js";

const toggle = (card, button, make) => {
  const open = card.querySelector(`.${make.name}-box`);
  if (open) {
    open.remove();
    button.setAttribute("aria-expanded", "false");
    button.focus();
    return;
  }
  const box = document.createElement("div");
  box.className = `${make.name}-box`;
  card.append(box);
  button.setAttribute("aria-expanded", "true");
  make(box, card, () => toggle(card, button, make));
};

const flagging = (box, card, close) => {
  box.append(byId("flag-form").content.cloneNode(true));
  const form = box.querySelector("form"), error = box.querySelector(".error");
  form.reason.focus();
  form.querySelector(".cancel").addEventListener("click", close);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const fields = { reason: form.reason.value, note: form.note.value };
      const { flags } = await post(`${turns()}/${card.dataset.turn}/flag`, fields);
      showFlags(card, flags);
      close();
      say(text("flagged", reasons[fields.reason]));
    } catch (problem) {
      error.textContent = problem.message;
      error.hidden = false;
    }
  });
};

const basis = async (box, card) => {
  const found = await get(`${turns()}/${card.dataset.turn}`);
  if (!found) { box.textContent = text("failed"); return; }
  const list = document.createElement("dl");
  const row = (title, words) => {
    if (!words.length) return;
    const term = document.createElement("dt");
    term.textContent = title;
    list.append(term, ...words.map((each) => {
      const node = document.createElement("dd");
      node.textContent = each;
      return node;
    }));
  };
  row(text("facts"), found.facts);
  row(text("memories"), found.memories);
  if (!list.children.length) row(text("facts"), [text("nothing_used")]);
  row(text("intent"), [found.intent].filter(Boolean));
  row(text("trust_reason"), [found.trust_reason].filter(Boolean));
  row(text("model"), [found.model].filter(Boolean));
  row("⚑", found.flags.map((flag) => flag.by
    ? text("noted_by", { reason: reasons[flag.reason], by: flag.by, note: flag.note })
    : [text("noted", { reason: reasons[flag.reason] }), flag.note].filter(Boolean).join(": ")));
  box.append(list);
};

const unflag = async (card, reason) => {
  try {
    const { flags } = await post(`${turns()}/${card.dataset.turn}/unflag`, { reason });
    showFlags(card, flags);
    card.focus();
  } catch (problem) { say(problem.message); }
};

const turns = () => byId("log").dataset.turns;

export const act = (card, target) => {
  if (target.closest(".flag")) toggle(card, target.closest(".flag"), flagging);
  if (target.closest(".why")) toggle(card, target.closest(".why"), basis);
  const badge = target.closest("[data-unflag]");
  if (badge) unflag(card, badge.dataset.unflag);
};
