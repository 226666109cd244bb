// What passes between this page and the Chat API: one message on its way at a time, kept
// until it is acknowledged, sent again under the same id until it is.

const PATIENCE = 45_000;
const SLOWEST = 30_000;
const POLL = 5_000;

/**
 * Why a call did not work. `kind` is "offline", "busy", "refused" or a value of KINDS; `detail`
 * and `type` (its last word) are the server's.
 */
export class Trouble extends Error {
  constructor(kind, { seconds = 0, detail = "", type = "" } = {}) {
    super(detail || kind);
    this.kind = kind;
    this.seconds = seconds;
    this.detail = detail;
    this.type = type.split(":").at(-1);
  }
}

const KINDS = { 401: "signed-out", 404: "gone", 409: "changed", 413: "too-long", 429: "slow-down" };
const PASSING = new Set(["offline", "busy", "slow-down"]);

async function troubleOf(response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // A proxy in between may answer with a page of its own.
  }
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10) || 0;
  const kind = KINDS[response.status] ?? (response.status >= 500 ? "busy" : "refused");
  return new Trouble(kind, { seconds, detail: problem.detail, type: problem.type });
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Outside https there is no randomUUID, only random bytes (RFC 9562, version 4).
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A receipt code without its hyphens: people leave them out. */
const bare = (code) => code.replace(/[^0-9A-Z]/gi, "").toUpperCase();

/** What this tab remembers across a reload; gone when the tab closes. */
class Memory {
  constructor(key) {
    this.key = key;
    this.held = {};
    try {
      this.held = JSON.parse(sessionStorage.getItem(key)) ?? {};
    } catch {
      // Storage may be blocked: then a reload asks for the receipt code.
    }
  }

  keep(changes) {
    Object.assign(this.held, changes);
    this.#write(() => sessionStorage.setItem(this.key, JSON.stringify(this.held)));
  }

  forget() {
    this.held = {};
    this.#write(() => sessionStorage.removeItem(this.key));
  }

  #write(change) {
    try {
      change();
    } catch {
      // Blocked or full: the page goes on from what it holds itself.
    }
  }
}

/**
 * One conversation with the server.
 *
 * Events: "news" (detail: {messages, progress}), "sending" (detail: pending or null),
 * "waiting" (detail: Trouble, the message goes again by itself), "returned"
 * (detail: {pending, trouble}, the message was not taken), "erased" (detail: the last messages),
 * "ended" (detail: Trouble).
 */
export class Conversation extends EventTarget {
  #memory;
  #api;
  #busy = false;
  #tries = 0;
  #timer = 0;
  #ear = null;
  #cursor = null;

  constructor(api) {
    super();
    this.#api = api;
    this.#memory = new Memory(`rightfit ${api}`);
  }

  get begun() {
    return Boolean(this.#memory.held.token);
  }

  get receipt() {
    return this.#memory.held.receipt ?? "";
  }

  /** Whether this is the conversation of a receipt code. */
  isOf(code) {
    return bare(code) === bare(this.receipt);
  }

  get pending() {
    return this.#memory.held.pending ?? null;
  }

  get draft() {
    return this.#memory.held.draft ?? "";
  }

  set draft(text) {
    if (text !== this.draft) this.#memory.keep({ draft: text });
  }

  async start(coach) {
    const body = { locale: navigator.language || "en" };
    if (coach) body.coach = coach;
    const begun = await this.#json("POST", "conversations", body);
    this.#memory.keep({ token: begun.token, receipt: begun.receipt });
    this.#go(begun);
  }

  /** Go on with a conversation by its receipt code, on this or another device. */
  async resume(receipt) {
    const code = receipt.trim().toUpperCase();
    const resumed = await this.#json("POST", "resume", { receipt: code });
    // Words left over from somebody else's conversation must not travel into this one.
    if (bare(code) !== bare(this.receipt)) this.#memory.forget();
    this.#memory.keep({ token: resumed.token, receipt: resumed.receipt });
    this.#cursor = null;
    this.#go(resumed);
  }

  /** Fetch all that was said, send what is still on its way, and listen. */
  async reopen() {
    this.#cursor = null;
    this.#go(await this.#json("GET", "messages"));
  }

  #go(all) {
    this.#hear(all);
    this.listen();
    this.retry();
  }

  /**
   * Send {text}, {choice} or {choices}; `shown` is what the page shows meanwhile.
   * @returns {boolean} false when an earlier message is still on its way
   */
  send(words, shown) {
    if (this.pending) return false;
    // "seen" keeps an answer from landing under a question that came in meanwhile.
    const body = { id: newId(), ...words, seen: this.#cursor };
    this.#memory.keep({ pending: { body, shown }, draft: "" });
    this.#tries = 0;
    this.#attempt();
    return true;
  }

  /** Try again now what is on its way, under the same id. */
  retry() {
    clearTimeout(this.#timer);
    if (this.pending && !this.#busy) this.#attempt();
  }

  async #attempt() {
    const { pending } = this;
    this.#busy = true;
    this.#tell("sending", pending);
    try {
      const answer = await this.#json("POST", "messages", pending.body);
      if (this.pending?.body.id !== pending.body.id) return; // left or erased meanwhile
      this.#memory.keep({ pending: null });
      this.#tell("sending", null);
      if (answer.cursor <= pending.body.seen) {
        // Only a conversation that erased itself has fewer messages than before.
        this.leave();
        this.#tell("erased", answer.messages);
      } else this.#hear(answer);
    } catch (trouble) {
      if (!trouble.kind) throw trouble;
      if (this.pending?.body.id === pending.body.id) await this.#failed(pending, trouble);
    } finally {
      this.#busy = false;
    }
  }

  async #failed(pending, trouble) {
    if (PASSING.has(trouble.kind)) {
      this.#tries += 1;
      const backoff = Math.min(SLOWEST, 500 * 2 ** this.#tries) * (0.75 + Math.random() / 2);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.retry(), trouble.seconds * 1000 || backoff);
      this.#tell("waiting", trouble);
    } else if (trouble.kind === "signed-out" || trouble.kind === "gone") {
      this.#end(trouble);
    } else {
      this.#memory.keep({ pending: null });
      this.#tell("sending", null);
      if (trouble.kind === "changed") await this.#refresh();
      this.#tell("returned", { pending, trouble });
    }
  }

  /** Hear what other tabs, or the coach, say: a stream where there is one, or else by asking. */
  listen() {
    this.hush();
    if (!this.begun) return;
    this.#ear = new AbortController();
    this.#stream(this.#ear.signal);
  }

  hush() {
    this.#ear?.abort();
    this.#ear = null;
  }

  async #stream(signal) {
    let stream = true;
    while (!signal.aborted) {
      let rest = POLL;
      try {
        const response = await this.#fetch("GET", this.#since(), { signal, stream });
        if (response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
          await this.#follow(response.body.getReader());
          rest = 1_000;
        } else {
          this.#hear(await response.json());
        }
      } catch (trouble) {
        if (signal.aborted) return;
        if (trouble.kind === "signed-out" || trouble.kind === "gone") return this.#end(trouble);
        // A proxy may let plain answers through and no stream.
        stream = !stream;
        rest = Math.max(POLL, (trouble.seconds ?? 0) * 1000);
      }
      await new Promise((done) => setTimeout(done, rest));
    }
  }

  async #follow(reader) {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const events = text.split(/\r?\n\r?\n/);
      text = events.pop();
      for (const event of events) {
        const lines = event.split(/\r?\n/).filter((line) => line.startsWith("data:"));
        if (lines.length) this.#hear(JSON.parse(lines.map((line) => line.slice(5)).join("\n")));
      }
    }
  }

  #since() {
    return this.#cursor == null ? "messages" : `messages?after=${encodeURIComponent(this.#cursor)}`;
  }

  async #refresh() {
    try {
      this.#hear(await this.#json("GET", this.#since()));
    } catch {
      // The stream brings it once the connection is back.
    }
  }

  #hear({ cursor, messages = [], progress = null }) {
    if (cursor != null) this.#cursor = cursor;
    if (messages.length || progress) this.#tell("news", { messages, progress });
  }

  /** @returns {Promise<Blob>} everything the client said, as the server exports it */
  async export() {
    return (await this.#fetch("GET", "export")).blob();
  }

  /** @returns {Promise<{erased: string, at: string}>} */
  async erase() {
    const proof = await this.#json("DELETE", "conversation");
    this.leave();
    return proof;
  }

  /** Forget the conversation on this device; the server keeps it. */
  leave() {
    this.hush();
    clearTimeout(this.#timer);
    this.#memory.forget();
    this.#cursor = null;
  }

  #end(trouble) {
    this.hush();
    clearTimeout(this.#timer);
    if (trouble.kind === "gone") this.#memory.forget();
    else this.#memory.keep({ token: null });
    this.#tell("ended", trouble);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  async #json(method, path, body) {
    return (await this.#fetch(method, path, { body })).json();
  }

  async #fetch(method, path, { body, signal, stream } = {}) {
    const headers = { Accept: stream ? "text/event-stream, application/json" : "application/json" };
    const { token } = this.#memory.held;
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    const deadline = new AbortController();
    const timer = stream ? 0 : setTimeout(() => deadline.abort(), PATIENCE);
    let response;
    try {
      response = await fetch(new URL(`api/${path}`, this.#api), {
        method,
        headers,
        body: body && JSON.stringify(body),
        signal: signal ?? deadline.signal,
        cache: "no-store",
        credentials: "omit",
      });
    } catch {
      throw new Trouble("offline");
    } finally {
      clearTimeout(timer);
    }
    if (!response.ok) throw await troubleOf(response);
    return response;
  }
}
