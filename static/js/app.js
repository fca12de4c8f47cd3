/* What every page does a little better with JavaScript than without: menus, focus, copying, counting what is selected. */
"use strict";
(function () {
  const live = () => document.getElementById("live");
  const say = (words) => { const place = live(); if (place) { place.textContent = ""; place.textContent = words; } };

  function closeMenus(but) {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== but) menu.open = false; });
  }
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  function giveFocus(root) {
    const target = root.querySelector("[data-focus]");
    if (target) { target.setAttribute("tabindex", "-1"); target.focus(); }
    return Boolean(target);
  }
  document.addEventListener("DOMContentLoaded", () => { giveFocus(document); countAll(document); });

  /* After a partial swap: focus the result's heading and say it once. */
  document.addEventListener("htmx:afterSwap", (event) => {
    const place = event.detail.target;
    if (!giveFocus(place)) {
      const heading = place.querySelector("[data-result]");
      if (heading) { heading.setAttribute("tabindex", "-1"); heading.focus(); say(heading.textContent.trim()); }
    }
    countAll(place.closest("form") || place);
  });
  document.addEventListener("htmx:responseError", () => say(document.documentElement.dataset.wordsFailed || ""));

  /* <button data-copy="#where"> copies the text of the place and says so. */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    const place = document.querySelector(button.dataset.copy);
    if (!place) return;
    await navigator.clipboard.writeText(place.value || place.textContent.trim());
    say(button.dataset.copied || button.textContent);
    button.classList.add("copied");
  });

  /* Whether the language of the page counts so many in the singular: in French none are, too ("0 bureau"). */
  const plurals = new Intl.PluralRules(document.documentElement.lang);
  function isSingular(number) { return plurals.select(number) === "one"; }
  /* <form data-count> with row check boxes: [data-count-label="Remind {n} bureaus"] always says the exact number. */
  function count(form) {
    const rows = form.querySelectorAll("tbody input[type=checkbox], .rows input[type=checkbox]");
    const chosen = [...rows].filter((box) => box.checked);
    rows.forEach((box) => { const row = box.closest("tr"); if (row) row.classList.toggle("selected", box.checked); });
    form.querySelectorAll("[data-count-label]").forEach((button) => {
      const one = isSingular(chosen.length) && button.dataset.countOne;
      button.textContent = (one ? one.replace("1", chosen.length) : button.dataset.countLabel).replace("{n}", chosen.length);
      button.disabled = chosen.length === 0;
    });
    const all = form.querySelector("[data-select-all]");
    if (all) { all.checked = rows.length > 0 && chosen.length === rows.length; all.indeterminate = chosen.length > 0 && !all.checked; }
  }
  function countAll(root) { root.querySelectorAll("form[data-count]").forEach(count); if (root.matches && root.matches("form[data-count]")) count(root); }
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-count]");
    if (!form) return;
    if (event.target.matches("[data-select-all]")) {
      form.querySelectorAll("tbody input[type=checkbox], .rows input[type=checkbox]").forEach((box) => { box.checked = event.target.checked; });
    }
    count(form);
  });

  /* <textarea maxlength data-left="{n} characters left"> */
  document.addEventListener("input", (event) => {
    const words = event.target.dataset && event.target.dataset.left;
    const place = words && document.getElementById(event.target.id + "_left");
    if (place) place.textContent = words.replace("{n}", event.target.maxLength - event.target.value.length);
  });

  /* A form is sent once: a second press of the button does nothing. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post" && !event.defaultPrevented) { form.dataset.sent = "1"; setTimeout(() => delete form.dataset.sent, 4000); }
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
})();
