/* <table data-sort>: headings become buttons that sort the rows in place. For whole tables only; long lists are sorted by the server.
   A cell may say data-value when its words do not sort as they should. */
"use strict";
(function () {
  const value = (row, column) => { const cell = row.cells[column]; return cell.dataset.value !== undefined ? cell.dataset.value : cell.textContent.trim(); };
  const asNumber = (words) => { const n = Number(words); return words !== "" && !Number.isNaN(n) ? n : null; };
  function compare(a, b) {
    const x = asNumber(a), y = asNumber(b);
    if (x !== null && y !== null) return x - y;
    if ((x === null) !== (y === null)) return x === null ? 1 : -1;
    return a.localeCompare(b, document.documentElement.lang, { numeric: true });
  }
  function sortBy(table, heading) {
    const falling = heading.getAttribute("aria-sort") === "ascending";
    const column = [...heading.parentElement.children].indexOf(heading);
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((a, b) => compare(value(a, column), value(b, column)) * (falling ? -1 : 1));
    table.querySelectorAll("th[aria-sort]").forEach((one) => one.setAttribute("aria-sort", "none"));
    heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
    body.append(...rows);
  }
  function prepare(table) {
    table.querySelectorAll("thead th[scope=col]:not([data-unsorted])").forEach((heading) => {
      if (heading.querySelector("button, a, input")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      heading.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => sortBy(table, heading));
    });
  }
  const all = (root) => root.querySelectorAll("table[data-sort]").forEach(prepare);
  document.addEventListener("DOMContentLoaded", () => all(document));
  document.addEventListener("htmx:afterSwap", (event) => all(event.detail.target));
})();
