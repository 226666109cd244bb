// How the choices of a question are offered: one press, or several boxes and a button.

import { h } from "./letter.js";

/**
 * @param {{id: string, choices: {id: string, title: string}[], multiple?: number}} question
 * @param {(words: object, shown: string) => void} answer
 * @param {() => void} none called when several could be chosen and nothing was
 * @returns {HTMLElement} a group that the question's own words label
 */
export function choices({ id, choices: offered, multiple }, answer, none) {
  const group = { role: "group", "aria-labelledby": `m-${id}` };
  if (multiple) return boxes(group, offered, multiple, answer, none);
  const button = (choice) => {
    const pick = ({ detail }) => {
      // The second click of a double click belongs to the question before.
      if (detail < 2) answer({ choice: choice.id }, choice.title);
    };
    return h("button", { type: "button", onclick: pick }, choice.title);
  };
  return h("div", group, ...offered.map(button));
}

function boxes(group, offered, most, answer, none) {
  const all = offered.map(({ id }) => h("input", { type: "checkbox", value: id }));
  const picked = () => all.filter(({ checked }) => checked);
  const full = h("p", { class: "small", role: "status" });
  const change = () => {
    const enough = picked().length >= most;
    for (const box of all) box.disabled = !box.checked && enough;
    full.textContent = enough && all.length > most ? "To choose another, take one off first." : "";
  };
  const send = (event) => {
    event.preventDefault();
    const ids = picked().map(({ value }) => value);
    if (!ids.length) return none();
    const titles = offered.filter(({ id }) => ids.includes(id)).map(({ title }) => title);
    answer({ choices: ids }, titles.join(", "));
  };
  const form = h(
    "form",
    { onchange: change, onsubmit: send },
    h("p", { class: "small" }, `Choose up to ${most}.`),
    ...offered.map(({ title }, at) => h("label", {}, all[at], h("span", {}, title))),
    full,
    h("button", { class: "main" }, "Send these"),
  );
  return h("div", group, form);
}
