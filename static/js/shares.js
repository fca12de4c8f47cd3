/* Inputs with data-share are added up in the element with data-share-total while one types. The server adds them again. */
"use strict";
(function () {
  const western = (words) => words.replace(/[٠-٩]/g, (d) => "٠١٢٣٤٥٦٧٨٩".indexOf(d)).replace(/[۰-۹]/g, (d) => "۰۱۲۳۴۵۶۷۸۹".indexOf(d));
  const read = (words) => { const n = Number(western(words).replace(/[\s%]/g, "").replace(/[,٫]/, ".")); return Number.isFinite(n) ? n : 0; };
  function show() {
    const place = document.querySelector("[data-share-total]");
    if (!place) return;
    const total = [...document.querySelectorAll("input[data-share]")].reduce((sum, one) => sum + read(one.value), 0);
    const over = total > 100;
    place.textContent = (over ? place.dataset.wordsOver : place.dataset.words).replace("{n}", Math.round(total * 100) / 100);
    place.classList.toggle("wrong-words", over);
  }
  document.addEventListener("input", (event) => { if (event.target.matches("input[data-share]")) show(); });
})();
