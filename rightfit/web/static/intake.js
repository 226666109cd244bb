// <rightfit-intake>: the client's side of an intake. Attributes, all optional: `coach` (a coach's
// id), `api` (where the server is; from this file's address otherwise), `code` (a receipt code to
// go on with; `go` does so at once), `heading`, `readers` ("The coaches of this practice"), `minutes` ("ten").

import { choices } from "./choices.js";
import { Conversation } from "./conversation.js";
import { characters, h, message } from "./letter.js";
import { codeForm, said, warn, welcome } from "./openings.js";
import { erasure, pause } from "./parting.js";

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

const OVER = "Not sent. This intake has ended.";
const RETURNED = {
  changed:
    "Not sent. That question is no longer open, perhaps because of another tab. Look at the latest one.",
  "too-long": "Not sent. That is longer than one message can be. Send it in two parts.",
  refused: "Not sent. The server could not take that as it is.",
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
    document.addEventListener("pointerdown", this.#aside);
    if (this.hasAttribute("go")) this.#goOn(this.getAttribute("code"));
    else if (this.#talk.begun) this.#reopen();
    else this.#show(this.getAttribute("code") ? "code" : "welcome");
  }

  disconnectedCallback() {
    removeEventListener("online", this.#awake);
    document.removeEventListener("visibilitychange", this.#awake);
    document.removeEventListener("pointerdown", this.#aside);
    this.#talk.hush();
  }

  /** Put the keyboard where the client goes on; for a page that has just shown the element. */
  focus(options) {
    const place = this.#at.talk.hidden ? ".view:not([hidden]) :is(h2[tabindex], input)" : "textarea";
    this.shadowRoot.querySelector(place)?.focus(options);
  }

  #conversation() {
    const talk = new Conversation(new URL(this.getAttribute("api") || HOME, location.href).href);
    const on = (name, heard) => talk.addEventListener(name, ({ detail }) => heard(detail));
    on("news", (news) => this.#news(news));
    on("sending", (pending) => this.#sending(pending));
    on("waiting", (trouble) => {
      this.#at.waiting.hidden = true;
      this.#say(WAITING[trouble.kind], "Try again", () => this.#talk.retry());
    });
    on("returned", (returned) => this.#returned(returned));
    on("erased", (last) => this.#erased(last.map(({ text }) => text).join("\n\n")));
    on("ended", (trouble) => this.#ended(trouble));
    return talk;
  }

  // Arrows, since they are added and removed as listeners.
  #awake = () => {
    if (document.visibilityState === "hidden") return this.#talk.hush();
    this.#talk.listen();
    if (this.#talk.pending) this.#talk.retry();
  };

  #aside = (event) => {
    const { menu } = this.#at;
    if (!event.composedPath().includes(menu)) menu.open = false;
  };

  // --- What there is to see ---------------------------------------------------------------------

  #at = {};

  #build() {
    const at = this.#at;
    const root = this.attachShadow({ mode: "open" });
    // A held key would answer one question after another.
    root.addEventListener("keydown", (event) => {
      const writing = event.target === this.#at.words;
      if (event.repeat && event.key === "Enter" && !writing) event.preventDefault();
    });
    at.welcome = welcome({
      heading: this.getAttribute("heading"),
      readers: this.getAttribute("readers"),
      minutes: this.getAttribute("minutes"),
      start: () => this.#start(),
      other: () => this.#show("code", true),
    });
    at.code = codeForm({
      code: this.getAttribute("code"),
      resume: (code) => this.#resume(code),
      other: () => this.#show("welcome", true),
    });
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

  #conversationView() {
    const at = this.#at;
    at.step = h("span", { id: "step" });
    at.progress = h("progress", { "aria-labelledby": "step", max: "1", value: "0" });
    at.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": "Conversation" });
    at.choices = h("div", { class: "choices" });
    at.hint = h("p", { class: "unseen", role: "status" });
    at.waiting = h("p", { class: "waiting", "aria-hidden": "true", hidden: true }, "One moment");
    at.status = h("div", { class: "status", role: "status" });
    at.words = h("textarea", {
      id: "words",
      rows: "1",
      "aria-describedby": "counter",
      enterkeyhint: FINGER.matches ? "enter" : "send",
    });
    at.label = h("label", { for: "words" }, "Your answer");
    at.counter = h("span", { id: "counter", class: "small" });
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
      at.words,
      h("div", { class: "under" }, at.counter, at.send),
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
      at.hint,
      at.waiting,
      at.status,
      at.composer,
    );
  }

  #menu() {
    const menu = h("details", { class: "menu" }, h("summary", {}, "Menu"));
    this.#at.menu = menu;
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
        item("How things stand, letters", () => this.#lookIn()),
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

  #say(words, title, does) {
    // Said once: a screen reader would read each new try aloud.
    if (words && this.#at.status.firstChild?.textContent === words) return;
    const button = title && h("button", { type: "button", onclick: does }, title);
    this.#at.status.replaceChildren(...[words && h("p", {}, words), button].filter(Boolean));
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

  async #start() {
    const coach = this.getAttribute("coach");
    this.#clear();
    try {
      await this.#talk.start(coach);
    } catch (trouble) {
      // A link with a coach who is not there must not be a dead end: the assistant asks for one.
      if (!coach || trouble.type !== "coach") throw trouble;
      await this.#talk.start(null);
    }
    this.#show("talk");
    this.#at.log.querySelector("article")?.focus();
  }

  async #resume(code) {
    this.#clear();
    await this.#fill(() => this.#talk.resume(code));
    [...this.#at.log.querySelectorAll("article:not(.client)")].at(-1)?.focus();
  }

  /** Go on with the conversation of a code that the page has got for its client. */
  async #goOn(code) {
    this.removeAttribute("go");
    this.removeAttribute("code");
    if (this.#talk.begun && this.#talk.isOf(code)) return this.#reopen();
    this.#show("code");
    try {
      await this.#resume(code);
    } catch (trouble) {
      if (!trouble.kind) throw trouble;
      warn(this.#at.code, said(trouble));
    }
  }

  async #reopen() {
    this.#show("talk");
    this.#clear();
    try {
      await this.#fill(() => this.#talk.reopen());
    } catch (trouble) {
      if (!trouble.kind) throw trouble;
      if (trouble.kind === "signed-out" || trouble.kind === "gone") return this.#ended(trouble);
      this.#say(said(trouble), "Try again", () => this.#reopen());
      this.#talk.listen();
      this.#talk.retry();
    }
  }

  /** Bring back what was said before without reading all of it aloud. */
  async #fill(fetching) {
    const { log } = this.#at;
    log.setAttribute("aria-live", "off");
    await fetching();
    this.#show("talk");
    this.#at.words.value = this.#talk.draft;
    this.#typed();
    this.#settle();
    requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
  }

  #news({ messages, progress }) {
    const fresh = messages.filter(({ id }) => !this.#messages.has(id));
    if (!this.#messages.size) this.#say("");
    for (const one of fresh) this.#place(one);
    if (progress) this.#progress(progress);
    if (!fresh.length) return;
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
    // The stream may bring one's own words before they are acknowledged.
    const way = log.querySelector(".on-its-way");
    if (one.from === "client" && way?.lastChild.textContent === one.text) way.remove();
    log.insertBefore(message(one), next ? this.#article(next.id) : log.querySelector(".on-its-way"));
    this.#messages.set(one.id, one);
  }

  #article(id) {
    return this.shadowRoot.getElementById(`m-${id}`);
  }

  #progress({ step, of, label }) {
    const { progress } = this.#at;
    this.#at.step.textContent = `Step ${step} of ${of}${label ? `, ${label}` : ""}`;
    progress.max = of;
    progress.value = step;
  }

  /** Show the choices that are open: those of the last message, unless a coach wrote since. */
  #offer() {
    const said = [...this.#messages.values()].sort((a, b) => a.seq - b.seq);
    const last = said.findLast(({ from, question }) => from !== "coach" || question);
    const asking = last?.choices?.length ? last : null;
    const answer = last?.question ? "Your answer" : "Write here";
    this.#at.label.textContent = asking ? "Or in your own words" : answer;
    // Who listens, with the keyboard in the field, would not know of the buttons before it.
    this.#at.hint.textContent = asking ? `Just before the field: ${asking.choices.length} choices.` : "";
    if (asking?.id === this.#asking) return;
    this.#asking = asking?.id ?? null;
    this.#at.talk.classList.toggle("choosing", Boolean(asking));
    const send = (words, shown) => this.#post(words, shown);
    const none = () => this.#say("Choose at least one, or skip the question in the menu.");
    this.#at.choices.replaceChildren(...(asking ? [choices(asking, send, none)] : []));
  }

  /** Bring the first new message into view, and the keyboard to where the answer goes. */
  #bring({ id }, fromChoices) {
    const { words } = this.#at;
    const article = this.#article(id);
    this.#settle(article);
    if (!fromChoices) return;
    const next = this.#at.choices.querySelector("button, input");
    if (next) next.focus({ preventScroll: true });
    // On a phone the field would bring up a keyboard over the question.
    else (FINGER.matches ? article : words).focus({ preventScroll: true });
  }

  #settle(first) {
    // The section and not the field in it, which sticks to the screen and is always in view.
    this.#at.talk.scrollIntoView({ block: "end" });
    const top = this.#at.top.getBoundingClientRect().bottom;
    if (first?.getBoundingClientRect().top < top) first.scrollIntoView({ block: "start" });
  }

  #sending(pending) {
    const { log, waiting } = this.#at;
    const shown = log.querySelector(".on-its-way");
    waiting.hidden = !pending;
    this.#at.choices.classList.toggle("answered", Boolean(pending));
    if (!pending || !shown) this.#say("");
    if (!pending) return shown?.remove();
    if (shown) return;
    const article = message({ id: `way-${pending.body.id}`, from: "client", text: pending.shown });
    article.classList.add("on-its-way");
    // The client knows what they have just written.
    article.setAttribute("aria-hidden", "true");
    log.append(article);
    this.#settle();
  }

  #returned({ pending, trouble }) {
    const { words } = this.#at;
    words.value = [pending.body.text, words.value].filter(Boolean).join("\n\n");
    this.#typed();
    if (trouble.type === "ended") return this.#say(OVER, "Start a new one", () => this.#leave());
    const why = RETURNED[trouble.kind] ?? RETURNED.refused;
    this.#say(trouble.kind === "refused" && trouble.detail ? `${why} ${trouble.detail}` : why);
  }

  #ended(trouble) {
    if (trouble.kind === "gone") {
      this.#show("welcome");
      warn(this.#at.welcome, "That intake is no longer here. It was erased.");
    } else {
      this.#at.code.elements.code.value = this.#talk.receipt;
      warn(this.#at.code, said(trouble));
      this.#show("code");
    }
    this.focus();
  }

  #typed() {
    const { words, counter, send } = this.#at;
    const count = characters(words.value);
    const over = count - LIMIT;
    const much = over > 0 ? `. ${over} too many. Shorten it, or send it in two parts.` : "";
    counter.textContent = `${count} / ${LIMIT} characters${much}`;
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
    if (!sent) this.#say("Your last message is still on its way.", "Try again", () => this.#talk.retry());
    return sent;
  }

  // --- What a client can do with the whole of it ------------------------------------------------

  #pause() {
    const { receipt, pending, draft } = this.#talk;
    const unsent = Boolean(pending || draft.trim());
    pause(this.#at.dialog, { receipt, unsent, leave: () => this.#leave() });
  }

  #leave() {
    this.#talk.leave();
    this.#clear();
    this.#show("welcome", true);
  }

  async #download() {
    try {
      const url = URL.createObjectURL(await this.#talk.export());
      h("a", { href: url, download: `intake-${this.#talk.receipt}.json` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      this.#say("Downloaded. The file holds everything you said.");
    } catch (trouble) {
      this.#say(said(trouble));
    }
  }

  /** The page about the intake is the server's own; on another site it opens beside it. */
  #lookIn() {
    const page = new URL("later", new URL(this.getAttribute("api") || HOME, location.href));
    if (page.origin === location.origin) location.assign(page);
    else open(page, "_blank", "noopener");
  }

  #erase() {
    erasure(this.#at.dialog, {
      erase: () => this.#talk.erase(),
      erased: ({ erased }) =>
        this.#erased(`Intake ${erased} is gone. Nobody can read it any more, and its code no longer works.`),
    });
  }

  #erased(words) {
    const { done } = this.#at;
    const back = h("button", { type: "button" }, "Back to the beginning");
    back.onclick = () => this.#show("welcome", true);
    this.#clear();
    done.replaceChildren(
      h("h2", { tabindex: "-1" }, "Everything is erased"),
      h("p", {}, words),
      h("p", { class: "actions" }, back),
    );
    this.#show("done");
    done.querySelector("h2").focus();
  }
}

customElements.define("rightfit-intake", RightfitIntake);
