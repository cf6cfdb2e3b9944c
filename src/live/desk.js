// Filters and sorts the table of items; `/` leads to the filter. The desk is loaded again when the
// portal changed, and stands as it stood.
(() => {
  "use strict";
  const own = document.currentScript.dataset;
  const form = document.getElementById("filter");
  const { text, verdict, wrong } = form.elements;
  const table = document.getElementById("table");
  const heads = [...table.tHead.rows[0].cells];
  const items = [...table.tBodies];
  const words = new Map(items.map((item) => [item, item.textContent.toLowerCase()]));
  const count = document.getElementById("count");

  const filter = () => {
    const wanted = text.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const item of items) {
      const fits = (!verdict.value || item.dataset.verdict === verdict.value)
        && (!wrong.checked || item.rows.length > 1)
        && wanted.every((word) => words.get(item).includes(word));
      item.hidden = !fits;
      shown += fits;
    }
    count.textContent = count.dataset.text.replace("{shown}", shown).replace("{all}", items.length);
  };

  const sort = (column, order) => {
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[column].setAttribute("aria-sort", order);
    const key = (item) => {
      const cell = item.rows[0].cells[column];
      return (cell.dataset.key ?? cell.textContent).trim();
    };
    const { compare } = new Intl.Collator(document.documentElement.lang);
    const sign = order === "ascending" ? 1 : -1;
    // What has no date comes last, whichever way.
    items.sort((a, b) => !key(a) - !key(b) || sign * compare(key(a), key(b)));
    table.append(...items);
  };

  const keep = () => {
    const column = heads.findIndex((head) => head.hasAttribute("aria-sort"));
    sessionStorage.setItem("prakat-desk", JSON.stringify({
      text: text.value, verdict: verdict.value, wrong: wrong.checked,
      column, order: heads[column]?.getAttribute("aria-sort"),
      caret: document.activeElement === text ? text.selectionStart : -1,
    }));
  };

  for (const head of heads.filter((one) => "sorts" in one.dataset)) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      sort(head.cellIndex, head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending");
      keep();
    });
    head.append(button);
  }
  const kept = JSON.parse(sessionStorage.getItem("prakat-desk") ?? "null");
  form.hidden = false;
  if (kept) {
    text.value = kept.text;
    verdict.value = kept.verdict;
    // A standing that no item has any more.
    if (!form.querySelector(":checked[name=verdict]")) verdict.value = "";
    wrong.checked = kept.wrong;
    if (kept.column >= 0) sort(kept.column, kept.order);
    if (kept.caret >= 0) text.focus();
    if (kept.caret >= 0) text.setSelectionRange(kept.caret, kept.caret);
  }
  filter();

  form.addEventListener("input", () => {
    filter();
    keep();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const types = event.target.matches("input[type=search]");
    if (event.key !== "/" || types || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    text.focus();
    text.select();
  });
  new EventSource("/_prakat/events").addEventListener("state", (event) => {
    if (JSON.parse(event.data).build === own.build) return;
    if (sessionStorage.getItem("prakat-desk") || document.activeElement === text) keep();
    location.reload();
  });
})();
