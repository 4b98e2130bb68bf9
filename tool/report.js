// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The filters of the HTML report. Their state is in the page's address behind the #, after the
// id of a finding if one was asked for: #f-1234&level=error,warning&rule=sharing&file=a.cpp&q=text
//
"use strict";
(() => {
  const form = document.querySelector(".filters");
  if (!form) return;
  const findings = [...document.querySelectorAll(".finding")];
  const levels = [...form.querySelectorAll("[name=level]")];
  const output = form.querySelector("output");
  const unfold = form.querySelector(".unfold");
  const search = form.elements.q;
  const texts = new Map(); // of the findings that were searched
  let at = ""; // the id in the address

  // What stands between quotes in messages is code here, so quotes cannot be found.
  const plain = (text) => text.replace(/['\s]+/g, " ").toLowerCase();

  function textOf(finding) {
    if (!texts.has(finding)) texts.set(finding, plain(finding.textContent + finding.dataset.file));
    return texts.get(finding);
  }

  function isChosen(finding, words) {
    const { level, rule, file } = finding.dataset;
    return levels.some((box) => box.checked && box.value === level) &&
      ["", rule].includes(form.elements.rule.value) &&
      ["", file].includes(form.elements.file.value) &&
      words.every((word) => textOf(finding).includes(word));
  }

  function address() {
    const parts = at ? [at] : [];
    const add = (name, value) => parts.push(name + "=" + encodeURIComponent(value));
    const checked = levels.filter((box) => box.checked);
    if (checked.length !== levels.length) add("level", checked.map((box) => box.value).join());
    for (const name of ["rule", "file", "q"])
      if (form.elements[name].value) add(name, form.elements[name].value);
    return "#" + parts.join("&");
  }

  function apply() {
    const words = plain(search.value).split(" ").filter(Boolean);
    for (const finding of findings) finding.hidden = !isChosen(finding, words);
    for (const group of document.querySelectorAll("#findings section.file, #findings section.rule"))
      group.hidden = !group.querySelector(".finding:not([hidden])");
    const shown = findings.filter((finding) => !finding.hidden);
    output.value = `${shown.length} of ${findings.length} shown`;
    document.querySelector(".nothing").hidden = shown.length !== 0;
    nameUnfold();
  }

  function save() {
    if (address() !== (location.hash || "#"))
      history.replaceState(null, "", address() === "#" ? location.pathname + location.search : address());
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // typed by hand
    }
  }

  function load() {
    const values = {};
    at = "";
    for (const part of location.hash.slice(1).split("&")) {
      const [name, value] = [part.split("=")[0], part.split("=").slice(1).join("=")];
      if (part.includes("=")) values[name] = decoded(value);
      else at = decoded(part);
    }
    // A plain link within the page leaves the filters as they are, unless they hide its goal.
    const goal = document.getElementById(at);
    const isPlain = at && !Object.keys(values).length;
    if (!isPlain || !goal || goal.hidden || goal.closest("[hidden]")) {
      const chosen = "level" in values ? values.level.split(",") : null;
      for (const box of levels) box.checked = !chosen || chosen.includes(box.value);
      for (const name of ["rule", "file", "q"]) form.elements[name].value = values[name] ?? "";
      // A value that this report does not have leaves nothing chosen.
      for (const name of ["rule", "file"])
        if (form.elements[name].selectedIndex === -1) form.elements[name].value = "";
    }
    apply();
    if (goal) show(goal);
    save();
  }

  function show(goal) {
    if (goal.matches(".finding")) goal.open = true;
    goal.scrollIntoView({ block: "start" });
    (goal.querySelector(":scope > summary") ?? goal).focus({ preventScroll: true });
  }

  const visible = () => findings.filter((finding) => !finding.hidden);
  const allOpen = () => visible().length !== 0 && visible().every((finding) => finding.open);

  function nameUnfold() {
    unfold.textContent = allOpen() ? "Close all" : "Open all";
  }

  unfold.addEventListener("click", () => {
    const open = !allOpen();
    for (const finding of visible()) finding.open = open;
    nameUnfold();
  });
  document.addEventListener("toggle", nameUnfold, true);
  form.addEventListener("input", () => { at = ""; apply(); save(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { at = ""; apply(); save(); }));
  window.addEventListener("hashchange", load);

  // Clicking the link of the finding that the address names already changes no hash.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const goal = link && document.getElementById(decoded(link.getAttribute("href").slice(1)));
    if (goal && goal.id === at) show(goal);
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input[type=search], select");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
  });

  // Old browsers print only what is open.
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = findings.filter((finding) => !finding.open);
    for (const finding of closed) finding.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const finding of closed) finding.open = false;
  });

  form.hidden = false;
  load();
  // Only then does the browser look for the id itself, and takes the focus away.
  window.addEventListener("load", () => setTimeout(() => {
    const goal = document.getElementById(at);
    if (goal) show(goal);
  }));
})();
