// <rightfit-intake>: the client's side of an intake. Attributes, all optional: `coach` (a coach's
// id), `api` (where the server is; from this file's address otherwise), `code` (a receipt code to
// go on with), `heading`, `readers` (who reads the answers), `minutes`.

import { Conversation } from "./conversation.js";
import { characters, h, message } from "./letter.js";

const LIMIT = 8000;
const HOME = new URL("..", import.meta.url);
const FINGER = matchMedia("(pointer: coarse)");

const ORDERS = [
  ["Skip this question", "skip this question"],
  ["Go back one question", "go back"],
  ["Repeat the question", "repeat the question"],
  ["Talk to a person", "can I talk to a person"],
];

const WAITING = {
  offline: "Not sent. It goes by itself when the connection is back.",
  busy: "Not sent. The server does not answer just now. It goes by itself in a moment.",
  "slow-down": "Not sent yet. That was a lot at once, so there is a short pause. It goes by itself.",
};

const RETURNED = {
  changed: "Not sent. Something changed meanwhile, perhaps in another tab. Look at the latest question, then send again.",
  "too-long": "Not sent. That is longer than one message can be. Send it in two parts.",
  refused: "Not sent. The server could not take that as it is.",
};

const TROUBLES = {
  offline: "No connection. Nothing is lost. Try again when you are back online.",
  busy: "The server does not answer just now. Try again in a moment.",
  "slow-down": "Too many tries in a short time. Wait a little, then try again.",
  "signed-out": "You have been signed out. Your answers are kept. Go on with your receipt code.",
  gone: "Nothing was found. It may have been erased, or the code may have a typing mistake.",
  refused: "The server could not take that as it is.",
};

class RightfitIntake extends HTMLElement {
  #talk = null;
  #messages = new Map();
  #asking = null;

  connectedCallback() {
    this.#talk ??= this.#conversation();
    if (!this.shadowRoot) this.#build();
    addEventListener("online", this.#awake);
    document.addEventListener("visibilitychange", this.#awake);
    if (this.#talk.begun) this.#reopen();
    else this.#show(this.getAttribute("code") ? "code" : "welcome");
  }

  disconnectedCallback() {
    removeEventListener("online", this.#awake);
    document.removeEventListener("visibilitychange", this.#awake);
    this.#talk.hush();
  }

  /** Put the keyboard where the client goes on; for a page that has just shown the element. */
  focus(options) {
    const place = this.#at.talk.hidden ? ".view:not([hidden]) :is(input, button)" : "textarea";
    this.shadowRoot.querySelector(place)?.focus(options);
  }

  #conversation() {
    const talk = new Conversation(new URL(this.getAttribute("api") || HOME, location.href).href);
    const on = (name, heard) => talk.addEventListener(name, ({ detail }) => heard(detail));
    on("news", (news) => this.#news(news));
    on("sending", (pending) => this.#sending(pending));
    on("waiting", (trouble) => this.#say(WAITING[trouble.kind], true));
    on("returned", (returned) => this.#returned(returned));
    on("ended", (trouble) => this.#ended(trouble));
    return talk;
  }

  // An arrow, since it is added and removed as a listener.
  #awake = () => {
    if (document.visibilityState === "hidden") return this.#talk.hush();
    this.#talk.listen();
    if (this.#talk.pending) this.#talk.retry();
  };

  // --- What there is to see ---------------------------------------------------------------------

  #at = {};

  #build() {
    const at = this.#at;
    const root = this.attachShadow({ mode: "open", delegatesFocus: false });
    // A held key would answer one question after another.
    root.addEventListener("keydown", (event) => {
      if (event.repeat && event.key === "Enter") event.preventDefault();
    });
    at.welcome = this.#welcome();
    at.code = this.#codeForm();
    at.talk = this.#conversationView();
    at.done = h("section", { class: "view" });
    at.dialog = h("dialog", { "aria-labelledby": "dialog-title" });
    const sheet = h("link", { rel: "stylesheet", href: new URL("intake.css", import.meta.url) });
    const body = h("div", { class: "intake", hidden: true });
    sheet.onload = sheet.onerror = () => {
      body.hidden = false;
      this.dispatchEvent(new Event("ready"));
    };
    body.append(at.welcome, at.code, at.talk, at.done, at.dialog);
    root.append(sheet, body);
  }

  #welcome() {
    const readers = this.getAttribute("readers") || "your coach";
    const minutes = this.getAttribute("minutes") || "15";
    const trouble = h("p", { class: "trouble", role: "alert" });
    const start = h("button", { type: "button", class: "main" }, "Start");
    start.onclick = () =>
      this.#once(start, trouble, async () => {
        this.#clear();
        await this.#talk.start(this.getAttribute("coach"));
        this.#show("talk");
        this.#at.log.querySelector("article")?.focus();
      });
    const other = h("button", { type: "button", class: "plain" }, "I have a receipt code");
    other.onclick = () => this.#show("code", true);
    return h(
      "section",
      { class: "view", "aria-labelledby": "welcome-title" },
      h("h2", { id: "welcome-title" }, this.getAttribute("heading") || "Before your first session"),
      h(
        "p",
        { class: "lead" },
        "A few questions about your work: what you have done, what you want, what is in the way. " +
          "You write in your own words.",
      ),
      h(
        "ul",
        { class: "facts" },
        h("li", {}, h("strong", {}, "Who asks. "), "An automated assistant, not a person."),
        h("li", {}, h("strong", {}, "Who reads it. "), `A person: ${readers}. You see it first.`),
        h("li", {}, h("strong", {}, "How long. "), `About ${minutes} minutes. You can pause.`),
        h("li", {}, h("strong", {}, "Your say. "), "Skip any question. Erase everything, any time."),
      ),
      trouble,
      h("p", { class: "actions" }, start, other),
      h("p", { class: "small" }, "This is not an emergency service. Nothing is kept until you start."),
    );
  }

  #codeForm() {
    const trouble = h("p", { class: "trouble", role: "alert", id: "code-trouble" });
    const input = h("input", {
      id: "code",
      name: "code",
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
      required: true,
      "aria-describedby": "code-hint code-trouble",
      value: this.getAttribute("code"),
    });
    const go = h("button", { class: "main" }, "Go on");
    const back = h("button", { type: "button", class: "plain" }, "Start from the beginning");
    back.onclick = () => this.#show("welcome", true);
    const form = h(
      "form",
      { class: "view", "aria-labelledby": "code-title" },
      h("h2", { id: "code-title" }, "Go on where you left off"),
      h("label", { for: "code" }, "Your receipt code"),
      h("p", { class: "small", id: "code-hint" }, "You got it when you paused, or at the end."),
      input,
      trouble,
      h("p", { class: "actions" }, go, back),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#once(go, trouble, async () => {
        this.#clear();
        await this.#fill(() => this.#talk.resume(input.value));
        input.value = "";
        [...this.#at.log.querySelectorAll("article:not(.client)")].at(-1)?.focus();
      });
    };
    this.#at.codeInput = input;
    this.#at.codeTrouble = trouble;
    return form;
  }

  #conversationView() {
    const at = this.#at;
    at.step = h("span", { id: "step" });
    at.progress = h("progress", { "aria-labelledby": "step", max: "1", value: "0" });
    at.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": "Conversation", tabindex: "-1" });
    at.choices = h("div", { class: "choices" });
    at.waiting = h("p", { class: "waiting", "aria-hidden": "true", hidden: true }, "One moment");
    at.status = h("div", { class: "status", role: "status" });
    at.words = h("textarea", {
      id: "words",
      rows: "1",
      "aria-describedby": "counter",
      enterkeyhint: FINGER.matches ? "enter" : "send",
    });
    at.label = h("label", { for: "words" }, "Your answer");
    at.counter = h("span", { id: "counter" });
    at.words.oninput = () => this.#typed();
    at.words.onkeydown = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || FINGER.matches) return;
      event.preventDefault();
      if (!event.repeat) this.#sendWords();
    };
    at.send = h("button", { class: "main" }, "Send");
    at.composer = h(
      "form",
      { class: "composer" },
      at.label,
      h("div", { class: "field" }, at.words, at.send),
      h("p", { class: "small" }, at.counter),
    );
    at.composer.onsubmit = (event) => {
      event.preventDefault();
      this.#sendWords();
    };
    at.top = h("div", { class: "top" }, h("div", { class: "steps" }, at.step, at.progress), this.#menu());
    return h(
      "section",
      { class: "view talk", "aria-label": "Intake" },
      at.top,
      at.log,
      at.choices,
      at.waiting,
      at.status,
      at.composer,
    );
  }

  #menu() {
    const menu = h("details", { class: "menu" }, h("summary", {}, "Menu"));
    const item = (title, does) => {
      const close = () => {
        menu.open = false;
        menu.firstChild.focus();
        does();
      };
      return h("li", {}, h("button", { type: "button", onclick: close }, title));
    };
    menu.append(
      h(
        "ul",
        {},
        ...ORDERS.map(([title, words]) => item(title, () => this.#post({ text: words }, words))),
        item("Pause and get my code", () => this.#pause()),
        item("Download what I said", () => this.#download()),
        item("Erase everything", () => this.#erase()),
      ),
    );
    menu.onkeydown = (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.preventDefault(); // or the dialog around the element closes too
      event.stopPropagation();
      menu.open = false;
      menu.firstChild.focus();
    };
    menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
    });
    return menu;
  }

  #show(view, focus = false) {
    for (const name of ["welcome", "code", "talk", "done"]) this.#at[name].hidden = name !== view;
    if (focus) this.focus();
  }

  #say(words, again = false) {
    const retry = again && h("button", { type: "button", class: "plain" }, "Try again");
    if (retry) retry.onclick = () => this.#talk.retry();
    this.#at.status.replaceChildren(...[words && h("p", {}, words), retry].filter(Boolean));
  }

  /** Run one request of a button; a second click meanwhile does nothing. */
  async #once(button, place, does) {
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    place.replaceChildren();
    try {
      await does();
    } catch (trouble) {
      if (!trouble.kind) throw trouble;
      place.replaceChildren(TROUBLES[trouble.kind] ?? TROUBLES.refused);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  // --- The conversation -------------------------------------------------------------------------

  #clear() {
    this.#messages.clear();
    this.#asking = null;
    this.#at.log.replaceChildren();
    this.#at.choices.replaceChildren();
    this.#say("");
    this.#at.words.value = this.#talk.draft;
    this.#typed();
  }

  async #reopen() {
    this.#show("talk");
    this.#clear();
    try {
      await this.#fill(() => this.#talk.reopen());
    } catch (trouble) {
      if (!trouble.kind) throw trouble;
      if (trouble.kind === "signed-out" || trouble.kind === "gone") return this.#ended(trouble);
      const again = h("button", { type: "button", class: "plain" }, "Try again");
      again.onclick = () => this.#reopen();
      this.#at.status.replaceChildren(h("p", {}, TROUBLES[trouble.kind] ?? TROUBLES.refused), again);
      this.#talk.listen();
    }
  }

  /** Bring back what was said before without reading all of it aloud. */
  async #fill(fetching) {
    const { log } = this.#at;
    log.setAttribute("aria-live", "off");
    await fetching();
    this.#show("talk");
    this.#settle();
    requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
  }

  #news({ messages, progress }) {
    const fresh = messages.filter(({ id }) => !this.#messages.has(id));
    for (const one of fresh) this.#place(one);
    if (progress) this.#progress(progress);
    if (!fresh.length) return;
    this.#say("");
    const hadFocus = this.#at.choices.contains(this.shadowRoot.activeElement);
    this.#offer();
    const first = fresh.find(({ from }) => from !== "client");
    if (first) this.#bring(first, hadFocus);
  }

  /** Put a message where its number says; its own sender may see it first. */
  #place(one) {
    const { log } = this.#at;
    const later = [...this.#messages.values()].filter(({ seq }) => seq > one.seq);
    const next = later.sort((a, b) => a.seq - b.seq)[0];
    if (one.from === "client") log.querySelector(`[id="m-${CSS.escape(one.id)}"]`)?.remove();
    const before = next ? log.querySelector(`[id="m-${CSS.escape(next.id)}"]`) : null;
    log.insertBefore(message(one), before ?? log.querySelector(".on-its-way"));
    this.#messages.set(one.id, one);
  }

  #progress({ step, of, label }) {
    const { progress } = this.#at;
    this.#at.step.textContent = `Step ${step} of ${of}${label ? `, ${label}` : ""}`;
    progress.max = of;
    progress.value = step;
  }

  /** Show the choices of the question that is open: the last one since the client spoke. */
  #offer() {
    const said = [...this.#messages.values()].sort((a, b) => a.seq - b.seq);
    const since = said.slice(said.findLastIndex(({ from }) => from === "client") + 1);
    const asking = since.findLast(({ choices }) => choices?.length) ?? null;
    if (asking?.id === this.#asking) return;
    this.#asking = asking?.id ?? null;
    this.#at.label.textContent = asking ? "Or in your own words" : "Your answer";
    this.#at.choices.replaceChildren(...(asking ? [this.#group(asking)] : []));
  }

  #group({ id, choices, multiple }) {
    const group = { role: "group", "aria-labelledby": `m-${id}` };
    if (multiple) return this.#several(group, choices, multiple);
    const button = (choice) => {
      const pick = ({ detail }) => {
        // The second click of a double click belongs to the question before.
        if (detail < 2) this.#post({ choice: choice.id }, choice.title);
      };
      return h("button", { type: "button", onclick: pick }, choice.title);
    };
    return h("div", group, ...choices.map(button));
  }

  #several(group, choices, most) {
    const boxes = choices.map(({ id }) => h("input", { type: "checkbox", value: id }));
    const form = h("form", group);
    const picked = () => boxes.filter(({ checked }) => checked);
    form.onchange = () => {
      for (const box of boxes) box.disabled = !box.checked && picked().length >= most;
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      const ids = picked().map(({ value }) => value);
      if (!ids.length) return this.#say("Choose at least one, or skip the question in the menu.");
      const titles = choices.filter(({ id }) => ids.includes(id)).map(({ title }) => title);
      this.#post({ choices: ids }, titles.join(", "));
    };
    form.append(
      h("p", { class: "small" }, `Choose up to ${most}.`),
      ...choices.map(({ title }, at) => h("label", {}, boxes[at], h("span", {}, title))),
      h("button", { class: "main" }, "Send these"),
    );
    return form;
  }

  /** Bring the first new message into view, and the keyboard to where the answer goes. */
  #bring({ id }, fromChoices) {
    const { log, words } = this.#at;
    const article = log.querySelector(`[id="m-${CSS.escape(id)}"]`);
    this.#settle(article);
    if (!fromChoices) return;
    const next = this.#at.choices.querySelector("button, input");
    if (next) next.focus({ preventScroll: true });
    // On a phone the field would bring up a keyboard over the question.
    else (FINGER.matches ? article : words).focus({ preventScroll: true });
  }

  #settle(first) {
    this.#at.composer.scrollIntoView({ block: "end" });
    if (first?.getBoundingClientRect().top < this.#at.top.getBoundingClientRect().bottom) first.scrollIntoView({ block: "start" });
  }

  #sending(pending) {
    const { log, waiting } = this.#at;
    const shown = log.querySelector(".on-its-way");
    waiting.hidden = !pending;
    this.#at.choices.classList.toggle("answered", Boolean(pending));
    if (!pending) return shown?.remove();
    this.#say("");
    if (shown) return;
    const article = message({ id: `way-${pending.id}`, from: "client", text: pending.shown });
    article.classList.add("on-its-way");
    // The client knows what they have just written.
    article.setAttribute("aria-hidden", "true");
    log.append(article);
    this.#settle();
  }

  #returned({ pending, trouble }) {
    const { words } = this.#at;
    if (pending.words.text) words.value = [pending.words.text, words.value].filter(Boolean).join("\n\n");
    this.#typed();
    const why = RETURNED[trouble.kind] ?? RETURNED.refused;
    this.#say(trouble.kind === "refused" && trouble.detail ? `${why} ${trouble.detail}` : why);
  }

  #ended(trouble) {
    if (trouble.kind === "gone") {
      this.#show("welcome");
      this.#at.welcome.querySelector(".trouble").replaceChildren("That intake is no longer here. It was erased.");
    } else {
      this.#at.codeInput.value = this.#talk.receipt;
      this.#at.codeTrouble.replaceChildren(TROUBLES["signed-out"]);
      this.#show("code");
    }
    this.focus();
  }

  #typed() {
    const { words, counter, send } = this.#at;
    const count = characters(words.value);
    const over = count - LIMIT;
    counter.textContent =
      `${count} / ${LIMIT}` + (over > 0 ? `. ${over} too many. Shorten it, or send it in two parts.` : "");
    counter.classList.toggle("over", over > 0);
    words.setAttribute("aria-invalid", String(over > 0));
    send.setAttribute("aria-disabled", String(over > 0));
    words.style.height = "auto";
    words.style.height = `${words.scrollHeight + words.offsetHeight - words.clientHeight}px`;
    this.#talk.draft = words.value;
  }

  #sendWords() {
    const { words } = this.#at;
    const text = words.value;
    if (!text.trim()) return words.focus();
    const over = characters(text) - LIMIT;
    if (over > 0) {
      this.#say(`Not sent. ${over} characters too many.`);
      return words.focus();
    }
    if (this.#post({ text }, text)) {
      words.value = "";
      this.#typed();
      words.focus({ preventScroll: true });
    }
  }

  #post(words, shown) {
    const sent = this.#talk.send(words, shown);
    if (!sent) this.#say("Your last message is still on its way.", true);
    return sent;
  }

  // --- What a client can do with the whole of it ------------------------------------------------

  #ask(title, ...body) {
    const { dialog } = this.#at;
    dialog.replaceChildren(h("h2", { id: "dialog-title" }, title), ...body);
    dialog.showModal();
    return dialog;
  }

  #button(title, kind, does) {
    return h("button", { type: "button", class: kind, onclick: does }, title);
  }

  #pause() {
    const { dialog } = this.#at;
    const copied = h("span", { role: "status" });
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(this.#talk.receipt);
        copied.textContent = "Copied.";
      } catch {
        getSelection().selectAllChildren(dialog.querySelector("output"));
        copied.textContent = "Selected. Copy it with your keyboard or by a long press.";
      }
    };
    const leave = () => {
      dialog.close();
      this.#talk.leave();
      this.#clear();
      this.#show("welcome", true);
    };
    this.#ask(
      "Your receipt code",
      h("p", {}, "Everything you said is kept. With this code you go on later, on any device."),
      h("p", {}, h("output", { class: "receipt" }, this.#talk.receipt)),
      h("p", {}, this.#button("Copy the code", "plain", copy), copied),
      h("p", { class: "small" }, "Keep it to yourself: whoever has it can read your answers."),
      h(
        "p",
        { class: "actions" },
        this.#button("Go on now", "main", () => dialog.close()),
        this.#button("Leave on this device", "plain", leave),
      ),
    );
  }

  async #download() {
    const { status } = this.#at;
    try {
      const url = URL.createObjectURL(await this.#talk.export());
      h("a", { href: url, download: `intake-${this.#talk.receipt}.json` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      this.#say("Downloaded. The file holds everything you said.");
    } catch (trouble) {
      status.replaceChildren(h("p", {}, TROUBLES[trouble.kind] ?? TROUBLES.refused));
    }
  }

  #erase() {
    const { dialog, done } = this.#at;
    const trouble = h("p", { class: "trouble", role: "alert" });
    const erase = this.#button("Erase everything", "grave", () =>
      this.#once(erase, trouble, async () => {
        const { erased } = await this.#talk.erase();
        dialog.close();
        this.#clear();
        done.replaceChildren(
          h("h2", { tabindex: "-1" }, "Everything is erased"),
          h("p", {}, `Intake ${erased} is gone. Nobody can read it any more, and the code no longer works.`),
          h("p", { class: "actions" }, this.#button("Back to the beginning", "plain", () => this.#show("welcome", true))),
        );
        this.#show("done");
        done.querySelector("h2").focus();
      }),
    );
    this.#ask(
      "Erase everything?",
      h("p", {}, "All you said, and the summary made from it, is removed for good. This cannot be undone."),
      trouble,
      h("p", { class: "actions" }, this.#button("Keep it", "main", () => dialog.close()), erase),
    );
  }
}

customElements.define("rightfit-intake", RightfitIntake);
