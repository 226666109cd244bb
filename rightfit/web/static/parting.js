// What a client sees on leaving: the receipt code to come back with, or the question whether to
// erase everything. Both are put into the one <dialog> of the element.

import { h } from "./letter.js";
import { once } from "./openings.js";

const button = (title, kind, onclick) => h("button", { type: "button", class: kind, onclick }, title);

function open(dialog, title, ...body) {
  dialog.replaceChildren(h("h2", { id: "dialog-title" }, title), ...body.filter(Boolean));
  dialog.showModal();
}

/** Show the receipt code. `unsent` is true while words are not with the server yet. */
export function pause(dialog, { receipt, unsent, leave }) {
  const copied = h("span", { role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(receipt);
      copied.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(dialog.querySelector("output"));
      copied.textContent = "Selected. Copy it with your keyboard or by a long press.";
    }
  };
  const go = () => {
    dialog.close();
    leave();
  };
  open(
    dialog,
    "Your receipt code",
    h("p", {}, "What you sent is kept. With this code you go on later, on any device."),
    h("p", {}, h("output", { class: "receipt" }, receipt)),
    h("p", {}, button("Copy the code", null, copy), copied),
    unsent && h("p", { class: "trouble" }, "Your last words are not sent yet. Leaving now loses them."),
    h("p", { class: "small" }, "Keep it to yourself: whoever has it can read your answers."),
    h(
      "p",
      { class: "actions" },
      button("Go on now", "main", () => dialog.close()),
      button("Leave and clear this device", null, go),
    ),
  );
}

/** Ask before erasing. `erase` returns a promise; `erased` is called with what it gave. */
export function erasure(dialog, { erase, erased }) {
  const yes = button("Erase everything", "grave", () =>
    once(yes, dialog, async () => {
      const proof = await erase();
      dialog.close();
      erased(proof);
    }),
  );
  open(
    dialog,
    "Erase everything?",
    h("p", {}, "All you said, and the summary made from it, is removed for good. This cannot be undone."),
    h("p", { class: "trouble", role: "alert" }),
    h("p", { class: "actions" }, button("Keep it", "main", () => dialog.close()), yes),
  );
}
