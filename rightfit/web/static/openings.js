// What a client sees before the conversation: what this is, or the field for a receipt code.

import { h } from "./letter.js";

const TROUBLES = {
  offline: "No connection. Nothing is lost. Try again when you are back online.",
  busy: "The server does not answer just now. Try again in a moment.",
  "slow-down": "Too many tries in a short time. Wait a little, then try again.",
  "signed-out": "This page is no longer signed in. Go on with your receipt code.",
  gone: "Nothing was found. It may have been erased, or the code may have a typing mistake.",
  refused: "The server could not take that as it is.",
};

/** A trouble in plain words. */
export const said = ({ kind, detail }) =>
  (kind === "gone" && detail) || (TROUBLES[kind] ?? TROUBLES.refused);

/** Say what went wrong in the place a view keeps for it. */
export function warn(view, words) {
  view.querySelector(".trouble").replaceChildren(words);
}

/** Run the one request of a button in a view; a second click meanwhile does nothing. */
export async function once(button, view, does) {
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  warn(view, "");
  try {
    await does();
  } catch (trouble) {
    if (!trouble.kind) throw trouble;
    warn(view, said(trouble));
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** The first view. `start` and `other` are called on a click; `start` returns a promise. */
export function welcome({ heading, readers, minutes, start, other }) {
  const begin = h("button", { type: "button", class: "main" }, "Start");
  const view = h(
    "section",
    { class: "view", "aria-labelledby": "welcome-title" },
    h("h2", { id: "welcome-title", tabindex: "-1" }, heading || "Before your first session"),
    h(
      "p",
      {},
      "A few questions about your work: what you have done, what you want, what is in the way. " +
        "You write in your own words.",
    ),
    h(
      "ul",
      { class: "facts" },
      fact("Who asks.", "An automated assistant, not a person."),
      fact("Who reads it.", `${readers || "The coaches of this practice"}, nobody else.`),
      fact("How long.", `About ${minutes || "ten"} minutes. You can pause.`),
      fact("Your say.", "Skip any question. Erase everything, any time."),
    ),
    h("p", { class: "trouble", role: "alert" }),
    h(
      "p",
      { class: "actions" },
      begin,
      h("button", { type: "button", onclick: other }, "I have a receipt code"),
    ),
    h("p", { class: "small" }, "This is not an emergency service. Nothing is kept until you start."),
  );
  begin.onclick = () => once(begin, view, start);
  return view;
}

const fact = (title, words) => h("li", {}, h("strong", {}, title), ` ${words}`);

/** The form for a receipt code. `resume(code)` returns a promise. */
export function codeForm({ code, resume, other }) {
  const input = h("input", {
    id: "code",
    name: "code",
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: "false",
    required: true,
    "aria-describedby": "code-hint code-trouble",
    value: code,
  });
  const go = h("button", { class: "main" }, "Go on");
  const form = h(
    "form",
    { class: "view", "aria-labelledby": "code-title" },
    h("h2", { id: "code-title" }, "Go on where you left off"),
    h("label", { for: "code" }, "Your receipt code"),
    h("p", { class: "small", id: "code-hint" }, "You got it when you paused, or at the end."),
    input,
    h("p", { class: "trouble", role: "alert", id: "code-trouble" }),
    h(
      "p",
      { class: "actions" },
      go,
      h("button", { type: "button", onclick: other }, "Start from the beginning"),
    ),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    once(go, form, async () => {
      await resume(input.value);
      input.value = "";
    });
  };
  return form;
}
