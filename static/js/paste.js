// A block of cells pasted from a spreadsheet fills the table from the cell that it is pasted into.
// The table: <table data-paste data-words="Cells filled: {n}." data-words-over="Cells filled: {n}; did not fit: {m}.">
// What came of it is said in the live region, and to be seen in <p data-pasted hidden>.
"use strict";
(() => {
  const read = (text) => text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));

  const fieldsOf = (row) => [...row.querySelectorAll("td > input:not([type=hidden])")];

  function fill(table, start, block) {
    const rows = [...table.tBodies[0].rows];
    const top = rows.indexOf(start.closest("tr"));
    const first = fieldsOf(rows[top]).indexOf(start);
    let filled = 0, over = 0;
    block.forEach((words, down) => words.forEach((word, across) => {
      const field = rows[top + down] && fieldsOf(rows[top + down])[first + across];
      if (!word.trim()) return;
      if (!field) { over += 1; return; }
      field.value = word.trim();
      filled += 1;
    }));
    return [filled, over];
  }

  document.addEventListener("paste", (event) => {
    const field = event.target.closest("table[data-paste] td > input");
    const text = event.clipboardData && event.clipboardData.getData("text/plain");
    if (!field || !text || !/[\t\n]/.test(text.replace(/\n$/, ""))) return;
    event.preventDefault();
    const table = field.closest("table");
    const [filled, over] = fill(table, field, read(text));
    const words = (over ? table.dataset.wordsOver : table.dataset.words).replace("{n}", filled).replace("{m}", over);
    const live = document.getElementById("live"), shown = document.querySelector("[data-pasted]");
    if (live) live.textContent = words;
    if (!shown) return;
    shown.textContent = words;
    shown.hidden = false;
    shown.classList.toggle("warn", over > 0);
  });
})();
