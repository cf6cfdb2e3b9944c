// Keeps the desk up to date, and asks for items while they are described: every filter, order and page
// has an address, which works without this script, too. `/` leads to the filter.
import { follow } from "./state.js";

let { build } = document.querySelector("script[data-build]").dataset;
const form = document.getElementById("filter");
const text = document.getElementById("text");
let latest = 0;

// Puts the parts of another edition or page into this one; what has the focus keeps it.
const show = async (address) => {
  const number = ++latest;
  const answer = await fetch(address).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page || number !== latest) return;
  build = page.querySelector("script[data-build]").dataset.build;
  history.replaceState(null, "", address);
  const focused = document.activeElement?.id;
  for (const id of ["sum", "unchecked", "elsewhere", "items", "verdicts", "order", "results"]) {
    document.getElementById(id).replaceWith(page.getElementById(id));
  }
  const count = document.getElementById("count");
  const news = page.getElementById("count").textContent;
  if (count.textContent !== news) count.textContent = news;
  document.getElementById("apply").hidden = true;
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
};

const asked = () => {
  const query = new URLSearchParams(new FormData(form));
  for (const [key, value] of [...query]) if (!value) query.delete(key);
  return `?${query}`;
};
let typing;
form.addEventListener("input", (event) => {
  clearTimeout(typing);
  typing = setTimeout(() => show(asked()), event.target === text ? 150 : 0);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  show(asked());
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("thead a, nav a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link.getAttribute("href"));
});
document.addEventListener("keydown", (event) => {
  const types = event.target.matches("input[type=search]");
  if (event.key !== "/" || types || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  text.focus();
  text.select();
});
document.getElementById("apply").hidden = true;

let left = document.getElementById("unchecked").textContent ? 1 : 0;
follow((state) => {
  const isDone = left > 0 && state.unchecked === 0;
  left = state.unchecked;
  const line = document.getElementById("unchecked");
  line.textContent = left ? line.dataset.text.replace("{count}", left) : "";
  if (isDone || state.build !== build) show(location.href);
});
