/* Single keys, in review only. An element with data-key="v" is pressed (or focused, when it takes text) by that key.
   <input type=checkbox data-keys-switch> turns them off and on; the choice is remembered on this device, nothing else is. */
"use strict";
(function () {
  const KEEP = "single-keys";
  const box = () => document.querySelector("[data-keys-switch]");
  const on = () => localStorage.getItem(KEEP) !== "off";
  const show = () => { const it = box(); if (it) it.checked = on(); document.documentElement.classList.toggle("keys-off", !on()); };
  document.addEventListener("DOMContentLoaded", show);
  show();
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-switch]")) return;
    localStorage.setItem(KEEP, event.target.checked ? "on" : "off");
    show();
  });
  const writes = (element) => element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (!on() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && writes(document.activeElement)) { document.activeElement.blur(); return; }
    if (writes(event.target)) return;
    const target = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key.toLowerCase() && !one.disabled && one.offsetParent !== null);
    if (!target) return;
    event.preventDefault();
    if (writes(target)) { target.focus(); return; }
    target.click();
    const place = target.matches('a[href^="#"]') && document.getElementById(target.hash.slice(1));
    const field = place && place.querySelector("input:not([type=hidden]), textarea, select");
    if (field) field.focus();
  });
})();
