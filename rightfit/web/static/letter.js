// How a message is set on the page: plain text in, nodes out, never markup.

/**
 * Build one element. Attributes with false, null or undefined are left out; "on..." adds a listener.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child || child === ""));
  return element;
}

/** Paragraphs, and lists of "- " lines, of a plain text. */
export function paragraphs(text) {
  const blocks = [];
  for (const block of String(text).split(/\n{2,}/)) {
    let open = null;
    for (const line of block.split("\n")) {
      const item = /^- (.*)$/.exec(line);
      const tag = item ? "ul" : "p";
      if (open?.localName !== tag) blocks.push((open = h(tag)));
      if (item) open.append(h("li", {}, item[1]));
      else open.append(open.childNodes.length ? "\n" : "", line);
    }
  }
  return blocks;
}

/**
 * In the assistant's lists of help lines a number is a link that calls it, or writes to it.
 * What a client wrote is never in such a list.
 */
function dialable(blocks) {
  for (const item of blocks.flatMap((block) => [...block.querySelectorAll("li")])) {
    const parts = item.textContent.split(/(\d[\d ]+\d)/);
    const linked = parts.map((part, at) => {
      const number = at % 2 ? part.replaceAll(" ", "") : "";
      if (number.length < 3) return part;
      const scheme = /\btext \w+ to $/.test(parts[at - 1]) ? "sms" : "tel";
      return h("a", { href: `${scheme}:${number}` }, part);
    });
    item.replaceChildren(...linked);
  }
}

/** The recap is read in search of mistakes: set off the title that each of its lines begins with. */
function setOffTitles(blocks) {
  for (const block of blocks) {
    const [, title, rest] = /^([^:\n]{1,80}:|[^?\n]{1,300}\?)(\s[^]+)$/.exec(block.textContent) ?? [];
    if (title && block.localName === "p") block.replaceChildren(h("strong", {}, title), rest);
  }
}

const SPEAKERS = { assistant: "Assistant", client: "You", coach: "Your coach" };

/**
 * One message of the conversation.
 * The client's words keep every space and line break: they are theirs.
 */
export function message({ id, from, text, question }) {
  const body = from === "client" ? [h("p", {}, text)] : paragraphs(text);
  if (question === "recap") setOffTitles(body);
  else if (from === "assistant" && !question) dialable(body);
  return h(
    "article",
    { class: from, id: `m-${id}`, tabindex: "-1", "data-question": question },
    h("span", { class: from === "assistant" ? "speaker unseen" : "speaker" }, SPEAKERS[from] ?? from),
    ...body,
  );
}

/** Characters as the server counts them: code points, not UTF-16 units. */
export function characters(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
