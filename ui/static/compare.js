// The Compare page: pick products and attributes, show the table, save its charts as pictures.
(() => {
  "use strict";
  const { byId, url, ask, show, save } = window.desk;
  const MOST = 60; // entries of a list; further ones come up as one types
  let choices = { names: [], attributes: [], suggested: [] };
  const picked = { names: [], attributes: [] };
  const place = (name) => byId(name);
  const input = (name) => byId(`${name}-input`);
  const list = (name) => byId(`${name}-list`);
  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s\-_・]/g, "");

  function matches(name) {
    const wanted = fold(input(name).value);
    return choices[name].filter(
      (one) => !picked[name].includes(one.name) && [one.name, ...one.also].some((text) => fold(text).includes(wanted)),
    );
  }

  // ---- one picker: chips of what is chosen, and a list to choose from ----------------------------
  function drawChips(name) {
    if (name === "names") {
      for (const button of document.querySelectorAll("[data-suggest]")) {
        button.disabled = picked.names.includes(button.dataset.suggest);
      }
    }
    const words = place(name).dataset;
    place(name).querySelector(".picked").replaceChildren(
      ...picked[name].map((one) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "picked-one";
        button.dataset.unpick = one;
        button.setAttribute("aria-label", words.remove.replace("{name}", one));
        button.textContent = one;
        item.append(button);
        return item;
      }),
    );
  }

  function openList(name) {
    const found = matches(name);
    const typed = input(name).value.trim();
    const rows = found.slice(0, MOST).map((one, number) => {
      const row = document.createElement("li");
      row.id = `${name}-option-${number}`;
      row.role = "option";
      row.setAttribute("aria-selected", "false");
      row.dataset.value = one.name;
      row.textContent = one.name;
      const other = one.also.find((text) => fold(text).includes(fold(typed))) || one.also[0];
      if (other) {
        const note = document.createElement("span");
        note.className = "meta";
        note.textContent = other;
        row.append(" ", note);
      }
      return row;
    });
    if (!rows.length && typed) {
      const row = document.createElement("li");
      row.role = "option";
      row.id = `${name}-option-0`;
      row.dataset.value = typed;
      row.setAttribute("aria-selected", "false");
      row.textContent = `${typed} · ${place(name).dataset.noMatch}`;
      rows.push(row);
    }
    list(name).replaceChildren(...rows);
    list(name).hidden = rows.length === 0;
    input(name).setAttribute("aria-expanded", String(rows.length > 0));
    input(name).removeAttribute("aria-activedescendant");
  }

  function closeList(name) {
    list(name).hidden = true;
    input(name).setAttribute("aria-expanded", "false");
    input(name).removeAttribute("aria-activedescendant");
  }

  function move(name, by) {
    if (list(name).hidden) openList(name);
    const rows = [...list(name).children];
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    const next = rows[(at + by + rows.length + (at < 0 && by < 0 ? 1 : 0)) % rows.length];
    for (const row of rows) row.setAttribute("aria-selected", String(row === next));
    input(name).setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }

  function pick(name, value) {
    const known = choices[name].find((one) => [one.name, ...one.also].some((text) => fold(text) === fold(value)));
    const chosen = known ? known.name : value;
    if (chosen && !picked[name].includes(chosen)) picked[name].push(chosen);
    input(name).value = "";
    drawChips(name);
    closeList(name);
  }

  function takeTyped(name) {
    for (const part of input(name).value.split(/[,，、\n]/)) if (part.trim()) pick(name, part.trim());
    input(name).value = "";
  }

  const nameOf = (element) => {
    const field = element instanceof Element && element.closest(".picker");
    return field ? field.id : "";
  };

  document.addEventListener("input", (event) => {
    const name = nameOf(event.target);
    if (!name) return;
    if (/[,，、]$/.test(event.target.value)) takeTyped(name);
    else openList(name);
  });
  document.addEventListener("focusin", (event) => {
    for (const name of ["names", "attributes"]) {
      if (list(name) && nameOf(event.target) !== name) closeList(name);
    }
  });
  document.addEventListener("keydown", (event) => {
    const name = nameOf(event.target);
    if (!name || event.isComposing || event.keyCode === 229 || !event.target.matches("input")) return;
    if (event.key === "ArrowDown") move(name, 1);
    else if (event.key === "ArrowUp") move(name, -1);
    else if (event.key === "Escape" && !list(name).hidden) {
      event.stopPropagation();
      closeList(name);
    } else if (event.key === "Backspace" && !event.target.value && picked[name].length) {
      picked[name].pop();
      drawChips(name);
      return;
    } else if (event.key === "Enter") {
      const row = list(name).querySelector("[aria-selected='true']");
      if (row) pick(name, row.dataset.value);
      else if (event.target.value.trim()) takeTyped(name);
      else run();
    } else return;
    event.preventDefault();
  }, true);

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    let element;
    const name = nameOf(target);
    if (!name) for (const other of ["names", "attributes"]) if (list(other)) closeList(other);
    if (name && (element = target.closest("[role='option']"))) {
      pick(name, element.dataset.value);
      input(name).focus();
    } else if (name && (element = target.closest("[data-unpick]"))) {
      picked[name] = picked[name].filter((one) => one !== element.dataset.unpick);
      drawChips(name);
      input(name).focus();
    } else if (name && target.closest(".picker-box")) {
      input(name).focus();
      openList(name);
    } else if ((element = target.closest("[data-suggest]"))) {
      pick("names", element.dataset.suggest);
    } else if (target.closest("#compare-run")) run();
    else if (target.closest("#compare-clear")) clear();
    else if ((element = target.closest("[data-png]"))) picture(element);
  });

  // ---- comparing --------------------------------------------------------------------------------
  async function run() {
    takeTyped("names");
    takeTyped("attributes");
    const result = byId("compare-table");
    result.setAttribute("aria-busy", "true");
    const page = document.querySelector("[data-page-of='compare']");
    const told = await ask(
      url("ui/compare", { name: picked.names, attribute: picked.attributes }), {}, page.dataset.offline,
    );
    result.removeAttribute("aria-busy");
    show(result, told.html);
    const heading = byId("compare-result");
    if (heading) heading.focus({ preventScroll: true });
  }

  let emptyState = "";
  function clear() {
    for (const name of ["names", "attributes"]) {
      picked[name] = [];
      input(name).value = "";
      drawChips(name);
    }
    byId("compare-table").innerHTML = emptyState;
    input("names").focus();
  }

  window.desk.ready("compare", () => {
    emptyState = byId("compare-table").innerHTML;
  });
  window.desk.opened("compare", async () => {
    const told = await ask(url("ui/compare/choices"));
    if (!told.ok) return;
    choices = told;
    const box = byId("compare-suggested");
    for (const old of box.querySelectorAll("button")) old.remove();
    for (const name of told.suggested) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "tool";
      button.dataset.suggest = name;
      button.disabled = picked.names.includes(name);
      button.textContent = `＋ ${name}`;
      box.append(button);
    }
    box.hidden = told.suggested.length === 0;
    const result = byId("compare-table");
    if (!told.names.length) show(result, window.desk.notice(result.dataset.none));
  });

  // ---- a chart as a picture: drawn here, from what is on the page ---------------------------------
  const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "font-family", "opacity"];
  async function picture(button) {
    const svg = button.closest("figure").querySelector("svg");
    const copy = svg.cloneNode(true);
    const originals = [svg, ...svg.querySelectorAll("*")];
    [copy, ...copy.querySelectorAll("*")].forEach((element, number) => {
      const style = getComputedStyle(originals[number]);
      for (const name of STYLES) element.style.setProperty(name, style.getPropertyValue(name));
    });
    const { width, height } = svg.viewBox.baseVal;
    const margin = 16;
    const heading = 34;
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    const scale = 3; // sharp in print
    canvas.width = (width + 2 * margin) * scale;
    canvas.height = (height + 2 * margin + heading) * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    const page = getComputedStyle(document.querySelector(".gradio-container"));
    pen.fillStyle = page.backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = page.color;
    pen.font = `bold 15px ${page.fontFamily}`;
    pen.fillText(button.dataset.png, margin, margin + 14, width);
    pen.drawImage(image, margin, margin + heading, width, height);
    canvas.toBlob((data) => save(`${button.dataset.png.replace(/[\\/:*?"<>|]/g, " ")}.png`, data), "image/png");
  }
})();
