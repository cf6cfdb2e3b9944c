// Keeps a page of the preview up to date: loads it again when the portal changed, swaps style
// sheets without loading, and shows what is wrong over the page.
(() => {
  "use strict";
  const own = document.currentScript.dataset;
  let css = own.css;

  const swapStyles = () => {
    for (const link of document.querySelectorAll('link[rel="stylesheet"]')) {
      const url = new URL(link.href);
      if (url.pathname.startsWith("/_prakat/")) continue;
      url.searchParams.set("prakat", css);
      const next = link.cloneNode();
      next.href = url.href;
      next.addEventListener("load", () => link.remove());
      link.after(next);
    }
  };

  const show = (state) => {
    document.getElementById("prakat-errors")?.remove();
    if (state.errors.length === 0) return;
    const box = document.createElement("section");
    box.id = "prakat-errors";
    box.setAttribute("role", "alert");
    const title = document.createElement("h2");
    title.textContent = state.title;
    box.append(title);
    for (const error of state.errors) {
      const text = document.createElement("pre");
      text.textContent = error;
      box.append(text);
    }
    document.body.append(box);
  };

  new EventSource("/_prakat/events").addEventListener("state", (event) => {
    const state = JSON.parse(event.data);
    if (state.build !== own.build) return location.reload();
    if (state.css !== css) {
      css = state.css;
      swapStyles();
    }
    show(state);
  });
})();
