// Keeps a page of the preview up to date: loads it again when the portal changed, swaps style
// sheets without loading, and shows what is wrong over the page.
import { follow } from "./state.js";

const own = document.querySelector("script[data-build]").dataset;
let css = own.css;

const swapStyles = () => {
  for (const link of document.querySelectorAll('link[rel="stylesheet"]')) {
    const url = new URL(link.href);
    if (url.pathname.startsWith("/_prakat/")) continue;
    url.searchParams.set("prakat", css);
    const next = link.cloneNode();
    next.href = url.href;
    next.addEventListener("load", () => link.remove());
    // One that cannot be loaded leaves the one before.
    next.addEventListener("error", () => next.remove());
    link.after(next);
  }
};

const element = (name, text = "") => {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
};

// What outlives loading the page again. A browser that may store nothing forgets it.
const recall = (key) => {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
};
const keep = (key, value) => {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // The page works without it.
  }
};

// What a reader was shown, and whether the box was folded: pages are loaded again, errors stay.
const shown = { key: "", ...recall("prakat-errors") };
const remember = () => keep("prakat-errors", shown);

// A page that cannot be shown comes with a box, for browsers without scripts.
let box = null;
const show = ({ title, errors }) => {
  const key = errors.join("\n");
  const isNews = key !== shown.key;
  if (box && !isNews) return;
  document.getElementById("prakat-errors")?.remove();
  box = null;
  if (isNews) Object.assign(shown, { key, folded: false });
  if (isNews) remember();
  if (key === "") return;
  box = element("section");
  box.id = "prakat-errors";
  box.setAttribute("aria-label", title);
  const fold = element("details");
  fold.open = !shown.folded;
  fold.append(element("summary", title), ...errors.map((error) => element("pre", error)));
  fold.addEventListener("toggle", () => {
    shown.folded = !fold.open;
    remember();
  });
  box.append(fold);
  document.body.append(box);
  // Heard once, and in short: the place and the help are in the box.
  if (!isNews) return;
  const alert = element("p");
  alert.setAttribute("role", "alert");
  box.append(alert);
  alert.textContent = `${title}. ${errors[0].split("\n", 1)[0]}`;
};

document.addEventListener("keydown", (event) => {
  const fold = document.querySelector("#prakat-errors details[open]");
  if (event.key !== "Escape" || event.defaultPrevented || !fold) return;
  fold.open = false;
});

// A browser restores the scroll of a page that is loaded again, but not always of one that was
// scrolled just before.
const reload = () => {
  keep("prakat-scroll", { address: location.href, left: scrollX, top: scrollY });
  location.reload();
};
const { address, left, top } = recall("prakat-scroll");
if (address === location.href) {
  keep("prakat-scroll", {});
  history.scrollRestoration = "manual";
  addEventListener("load", () => {
    scrollTo({ left, top, behavior: "instant" });
    history.scrollRestoration = "auto";
  });
}

follow((state) => {
  if (state.build !== own.build) return reload();
  if (state.css !== css) {
    css = state.css;
    swapStyles();
  }
  show(state);
});
