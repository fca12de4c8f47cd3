/* While one types a weight, every part's share of its whole is worked out anew. The server works them out again, and has the
   last word: an empty weight counts as one, and where nothing above zero was said all parts count the same. */
"use strict";
(function () {
  const western = (words) => words.replace(/[٠-٩]/g, (d) => "٠١٢٣٤٥٦٧٨٩".indexOf(d)).replace(/[۰-۹]/g, (d) => "۰۱۲۳۴۵۶۷۸۹".indexOf(d));
  const read = (words) => {
    const plain = western(words).replace(/[\s\u00a0\u202f]/g, "").replace(/[,٫]/, ".");
    return plain === "" ? null : Number(plain);
  };
  const language = document.documentElement.lang === "ar" ? "ar-u-nu-latn" : document.documentElement.lang;
  const drawn = new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  function show(table) {
    const rows = [...table.querySelectorAll("tbody tr")];
    const said = rows.map((row) => read(row.querySelector("[data-weight]").value));
    const wrong = said.some((one) => one !== null && !(one >= 0));
    const equal = !said.some((one) => one);
    const counted = said.map((one) => (equal || one === null ? 1 : one));
    const whole = counted.reduce((sum, one) => sum + one, 0);
    rows.forEach((row, place) => {
      const share = wrong || !whole ? "" : drawn.format(counted[place] / whole);
      row.querySelector("[data-weight-share]").textContent = share;
    });
  }
  document.addEventListener("input", (event) => {
    const table = event.target.matches("[data-weight]") && event.target.closest("table[data-weights]");
    if (table) show(table);
  });
})();
