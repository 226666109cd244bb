// <script src=".../embed.js" data-coach="..."></script>: a button on a coach's own site that opens
// <rightfit-intake> in a dialog. Nothing is fetched or stored before the click.
// All optional: data-label (the button's words); data-coach, data-heading, data-readers and
// data-minutes are the element's attributes.

(() => {
  const script = document.currentScript;
  const home = new URL(".", script.src);

  const CSS = `
    :host { all: initial; }
    button {
      font: 600 max(1rem, 16px) / 1.3 var(--rightfit-font, system-ui, sans-serif);
      min-height: 2.75em; padding: 0.625em 1.25em; cursor: pointer;
      border: 2px solid transparent; border-radius: var(--rightfit-radius, 0.375em);
      background: var(--rightfit-accent, #17585a); color: var(--rightfit-on-accent, #fff);
    }
    button:focus-visible { outline: 3px solid var(--rightfit-accent, #17585a); outline-offset: 2px; }
    .launcher { position: fixed; z-index: 2147483000; inset-block-end: 16px; inset-inline-end: 16px; }
    .launcher[hidden] { display: none; }
    .launcher button { box-shadow: 0 2px 12px rgb(0 0 0 / 30%); }
    dialog {
      position: fixed; inset: auto 16px 16px auto; margin: 0; padding: 0;
      width: min(560px, 100vw - 32px); max-width: none;
      height: min(760px, 100vh - 32px); max-height: none;
      border: 1px solid #84898a; border-radius: var(--rightfit-radius, 0.5em);
      background: Canvas; color: CanvasText; color-scheme: light dark; overflow: clip;
    }
    dialog[open] { display: flex; flex-direction: column; }
    dialog::backdrop { background: rgb(0 0 0 / 35%); }
    .bar { display: flex; flex: none; justify-content: space-between; align-items: center;
      padding: 6px 6px 6px 16px; border-bottom: 1px solid #84898a;
      font: 600 max(1rem, 16px) / 1.3 var(--rightfit-font, system-ui, sans-serif); }
    .bar button { background: transparent; color: inherit; border-color: currentcolor;
      min-height: 2.5em; padding: 0.25em 0.875em; font-weight: 400; }
    .bar h2 { all: unset; }
    .room { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; }
    .room > rightfit-intake { min-height: 100%; }
    .room p { font: max(1rem, 16px)/1.5 system-ui, sans-serif; padding: 1em; }
    @media (max-width: 640px), (max-height: 480px) {
      dialog { inset: 0; width: 100vw; height: 100vh; height: 100dvh; border: 0; border-radius: 0; }
    }
  `;

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const label = script.dataset.label || "Start your intake";
  const host = document.createElement("rightfit-launcher");
  const root = host.attachShadow({ mode: "open" });
  const open = make("button", { type: "button" }, label);
  open.setAttribute("aria-haspopup", "dialog");
  const close = make("button", { type: "button" }, "Close");
  const title = make("h2", { id: "title" }, label);
  const room = make("div", { className: "room" });
  const dialog = make("dialog", {}, make("div", { className: "bar" }, title, close), room);
  dialog.setAttribute("aria-labelledby", "title");
  const launcher = make("aside", { className: "launcher", ariaLabel: label }, open);
  let intake = null;

  const load = async () => {
    try {
      await import(new URL("static/intake.js", home).href);
    } catch {
      const words = "The intake could not be loaded. Check your connection, close this, and try again.";
      room.replaceChildren(make("p", {}, words));
      return;
    }
    intake = document.createElement("rightfit-intake");
    intake.setAttribute("api", home.href);
    for (const name of ["coach", "heading", "readers", "minutes"]) {
      if (script.dataset[name]) intake.setAttribute(name, script.dataset[name]);
    }
    intake.addEventListener("ready", () => dialog.open && intake.focus(), { once: true });
    room.replaceChildren(intake);
  };

  open.addEventListener("click", () => {
    launcher.hidden = true;
    dialog.showModal();
    if (intake) intake.focus();
    else load();
  });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    launcher.hidden = false;
    open.focus();
  });

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
  root.append(launcher, dialog);

  const place = () => document.body.append(host);
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place, { once: true });
})();
