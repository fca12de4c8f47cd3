/* <section data-together="NAME" data-most="600"> holds text areas that share one limit; the element with data-together-left
   inside it says how many characters are used. The limit is told, never enforced while typing: the server says it on sending. */
"use strict";
(function () {
  const length = (words) => words.replace(/\r\n/g, "\n").length;
  function show(section) {
    const place = section.querySelector("[data-together-left]");
    const areas = section.querySelectorAll(`textarea[data-together="${section.dataset.together}"]`);
    if (!place) return;
    const used = [...areas].reduce((sum, area) => sum + length(area.value), Number(section.dataset.elsewhere || 0));
    const over = used > Number(section.dataset.most);
    place.textContent = (over ? place.dataset.wordsOver : place.dataset.words).replace("{n}", used).replace("{most}", section.dataset.most);
    place.classList.toggle("wrong-words", over);
  }
  document.addEventListener("input", (event) => {
    const section = event.target.closest("section[data-together]");
    if (section) show(section);
  });
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("section[data-together]").forEach(show));
})();
