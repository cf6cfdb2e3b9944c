// Filters and sorts the table of items; `/` leads to the filter.
(() => {
  "use strict";
  const table = document.getElementById("table");
  const rows = [...table.tBodies[0].rows];
  const text = document.getElementById("text");
  const verdict = document.getElementById("verdict");
  const count = document.getElementById("count");

  const filter = () => {
    const wanted = text.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = (!verdict.value || row.dataset.verdict === verdict.value)
        && row.textContent.toLowerCase().includes(wanted);
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = shown;
    sessionStorage.setItem("prakat-desk", JSON.stringify([text.value, verdict.value]));
  };

  const sort = (head) => {
    const column = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
    const order = new Intl.Collator(document.documentElement.lang).compare;
    rows.sort((a, b) => (down ? -1 : 1) * order(key(a), key(b)));
    table.tBodies[0].append(...rows);
  };

  [text.value, verdict.value] = JSON.parse(sessionStorage.getItem("prakat-desk") ?? '["",""]');
  text.addEventListener("input", filter);
  verdict.addEventListener("change", filter);
  document.getElementById("filter").addEventListener("submit", (event) => event.preventDefault());
  table.tHead.addEventListener("click", (event) => {
    const head = event.target.closest("th");
    if (head?.querySelector("button")) sort(head);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input, select")) return;
    event.preventDefault();
    text.focus();
  });
  filter();
})();
