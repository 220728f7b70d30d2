"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Filters: a search box and chips over what has the group's name.
  const filter = (bar) => {
    const group = bar.dataset.filter;
    const items = all("[data-group]").filter((item) => item.dataset.group === group).map((item) => ({
      item,
      row: item.tagName === "TR",
      kind: item.dataset.kind,
      text: ((item.tagName === "TR" ? item.textContent : "") + " " + (item.dataset.words || "")).toLowerCase(),
    }));
    const box = bar.querySelector("input");
    const chips = all(".chip", bar);
    const rows = items.filter((one) => one.row).length;
    const apply = () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      const kinds = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((c) => c.dataset.kind);
      let shown = 0;
      for (const { item, row, kind, text } of items) {
        const fits = (!kinds.length || kinds.includes(kind)) &&
          words.every((word) => (word.length > 1 && word[0] === "-" ? !text.includes(word.slice(1)) : text.includes(word)));
        item.hidden = !fits;
        shown += row && fits;
      }
      bar.querySelector("output").textContent = `${shown} of ${rows}`;
    };
    box.addEventListener("input", apply);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && box.value) {
        event.preventDefault();
        box.value = "";
        apply();
      }
    });
    for (const chip of chips) {
      chip.addEventListener("click", () => {
        chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
        apply();
      });
    }
    bar.hidden = false;
    apply();
  };
  all("[data-filter]").forEach(filter);
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    const box = document.querySelector(".filter input");
    if (event.key === "/" && box && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
    }
  });

  // Tables sort by the column whose heading is pressed, and the other way when it is pressed again.
  const sorting = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    if (body.rows.length < 2) return;
    const value = (row, at) => {
      const cell = row.cells[at];
      return cell.dataset.sort === undefined ? cell.textContent.trim() : Number(cell.dataset.sort);
    };
    heads.forEach((head, at) => {
      if (head.tagName !== "TH") return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const compare = (a, b) => typeof a === "number" && typeof b === "number"
          ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
        const rows = [...body.rows].map((row) => [value(row, at), row]);
        rows.sort((a, b) => (down ? compare(b[0], a[0]) : compare(a[0], b[0])));
        body.append(...rows.map((pair) => pair[1]));
      });
    });
  };
  all(".table table").forEach(sorting);

  // A link into what is closed opens it; one into what a filter hides shows it.
  const reveal = () => {
    let name = "";
    try { name = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = name && document.getElementById(name);
    if (!target) return;
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
      if (at.dataset && at.dataset.group) at.hidden = false;
    }
    target.scrollIntoView({ block: "start" });
    const summary = target.tagName === "DETAILS" && target.querySelector("summary");
    (summary || target).focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const to = link && link.getAttribute("href");
    if (to && to === location.hash) reveal();
  });
  reveal();

  // Ranges of octets: pointing at one, or pressing its button, lights up its octets.
  for (const view of all(".hex")) {
    const light = (number, on) => all(`[data-range="${number}"]`, view).forEach((part) => part.classList.toggle("lit", on));
    const pressed = (number) => view.querySelector(`button[data-range="${number}"][aria-pressed="true"]`) !== null;
    const over = (on) => (event) => {
      const part = event.target.closest("[data-range]");
      if (part) light(part.dataset.range, on || pressed(part.dataset.range));
    };
    view.addEventListener("mouseover", over(true));
    view.addEventListener("mouseout", over(false));
    view.addEventListener("focusin", over(true));
    view.addEventListener("focusout", over(false));
    view.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-range]");
      if (!button) return;
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      light(button.dataset.range, true);
    });
  }

  for (const button of all(".copy")) {
    const text = button.parentElement.querySelector("pre");
    button.hidden = false;
    button.addEventListener("click", () => {
      const select = () => getSelection().selectAllChildren(text);
      if (!navigator.clipboard) { select(); return; }
      navigator.clipboard.writeText(text.textContent).then(() => {
        button.firstChild.data = "Copied";
        setTimeout(() => { button.firstChild.data = "Copy"; }, 1500);
      }, select);
    });
  }

  // On paper everything is open.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    opened.forEach((one) => { one.open = true; });
  });
  window.addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));
})();
