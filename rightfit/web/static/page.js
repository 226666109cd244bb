// The hosted page: a receipt code after the "#" goes to the element and out of the address bar,
// so that the next person at this computer does not find it in the history.

const code = decodeURIComponent(location.hash.slice(1));
if (code) {
  document.querySelector("rightfit-intake").setAttribute("code", code);
  history.replaceState(null, "", location.pathname + location.search);
}
try {
  await import("./intake.js");
} catch {
  const words = "The intake could not be loaded. Check your connection, then load this page again.";
  document.querySelector("main").append(Object.assign(document.createElement("p"), { textContent: words }));
}
