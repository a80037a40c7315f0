// The Check page: send the draft, follow the check, move between statements, filter by verdict.
(() => {
  "use strict";
  const { byId, url, ask, show, announce } = window.desk;
  const KEPT = "assistant-check";
  const POLL = 250;
  let file = null;
  let run = 0;

  const page = () => document.querySelector("[data-page-of='check']");
  const report = () => byId("check-report");
  const rows = () => [...document.querySelectorAll(".claim-row:not([hidden])")];

  function choose(chosen) {
    const words = page().dataset;
    file = chosen;
    if (chosen && chosen.size > Number(words.maxBytes)) {
      file = null;
      show(report(), window.desk.notice(words.tooLarge));
    }
    byId("draft-chosen").textContent = file ? words.chosen.replace("{name}", file.name) : "";
    if (!file) byId("draft-file").value = "";
  }

  async function start() {
    const mine = ++run;
    const dated = byId("draft-date").value;
    report().setAttribute("aria-busy", "true");
    byId("check-run").disabled = true;
    const body = file || new Blob([byId("draft-text").value], { type: "text/plain" });
    const address = url("ui/check", { name: file ? file.name : "", dated });
    let told = await ask(address, { method: "POST", body }, page().dataset.offline);
    while (mine === run && told.state === "working") {
      show(report(), told.html);
      await new Promise((done) => setTimeout(done, POLL));
      told = await ask(url(`ui/check/${told.id}`), {}, page().dataset.offline);
    }
    byId("check-run").disabled = false;
    if (mine !== run) return;
    report().removeAttribute("aria-busy");
    finish(told);
  }

  function finish(told) {
    show(report(), told.html);
    keep(told.state === "done" ? told.id : "");
    const checked = report().querySelector(".checked");
    if (!checked) return;
    announce(checked.dataset.finished);
    byId("check-keys").checked = stored("assistant-check-keys") !== "off";
    byId("check-result").focus({ preventScroll: true });
    checked.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  }

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  function stored(name) {
    try {
      return sessionStorage.getItem(name) || "";
    } catch {
      return ""; // storage is switched off: nothing outlives a reload
    }
  }

  function keep(id, name = KEPT) {
    try {
      sessionStorage.setItem(name, id);
    } catch {
      // for this page only
    }
  }

  function clear() {
    run += 1;
    choose(null);
    byId("draft-text").value = "";
    byId("draft-date").value = "";
    keep("");
    show(report(), `<p class="empty-state">${emptyState}</p>`);
    byId("check-run").disabled = false;
    byId("draft-text").focus();
  }

  function filter(button) {
    const wanted = button.dataset.verdict;
    for (const other of report().querySelectorAll(".filter")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    for (const row of report().querySelectorAll(".claim-row")) {
      row.hidden = Boolean(wanted) && row.dataset.verdict !== wanted;
    }
    for (const part of report().querySelectorAll(".draft .claim")) {
      part.classList.toggle("aside", Boolean(wanted) && !part.classList.contains(wanted));
    }
    report().querySelector(".none-shown").hidden = rows().length > 0;
  }

  function step(by) {
    const shown = rows();
    if (!shown.length) return;
    const here = document.activeElement ? document.activeElement.closest(".claim-row, .draft .claim") : null;
    const row = here && here.matches(".claim") ? byId(here.dataset.jump) : here;
    const at = shown.indexOf(row);
    const next = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1)];
    next.scrollIntoView({ block: "nearest", behavior: "auto" });
    next.focus({ preventScroll: true });
    mark(next);
  }

  // The statement looked at is the one marked in the draft.
  function mark(row) {
    for (const old of report().querySelectorAll(".draft .current")) old.classList.remove("current");
    const part = byId(`in-draft-${row.id.slice(6)}`);
    if (!part) return;
    part.classList.add("current");
    const box = part.closest(".draft");
    const top = part.getBoundingClientRect().top - box.getBoundingClientRect().top;
    if (box.scrollHeight > box.clientHeight && (top < 0 || top > box.clientHeight - 60)) {
      box.scrollTop += top - box.clientHeight / 3;
    }
  }

  document.addEventListener("focusin", (event) => {
    const row = event.target instanceof Element && event.target.closest(".claim-row");
    if (row) mark(row);
  });

  document.addEventListener("keydown", (event) => {
    if (window.desk.current() !== "check" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target;
    if (target instanceof Element && target.closest("#draft-text") && event.key === "Enter") return;
    if (window.desk.typing(target) && target.id !== "check-keys") return;
    const keys = byId("check-keys");
    if (!keys || !keys.checked) return;
    if (event.key === "n" || event.key === "j") step(1);
    else if (event.key === "p" || event.key === "k") step(-1);
    else if (event.key === "o") {
      const row = document.activeElement && document.activeElement.closest(".claim-row");
      const source = row && row.querySelector("[data-article]");
      if (source) source.click();
    } else return;
    event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "draft-file") choose(event.target.files[0] || null);
    else if (event.target.id === "check-keys") keep(event.target.checked ? "" : "off", "assistant-check-keys");
  });
  document.addEventListener("input", (event) => {
    if (event.target.id === "draft-text" && file) choose(null); // what was typed last is what is meant
  });

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    let element;
    if (target.closest("#check-run")) start();
    else if (target.closest("#check-clear")) clear();
    else if ((element = target.closest("#check-example"))) {
      choose(null);
      byId("draft-text").value = element.dataset.draft;
      start();
    } else if ((element = target.closest("#check-report .filter"))) filter(element);
    else if ((element = target.closest(".claim-place"))) {
      const row = element.closest(".claim-row");
      if (row) mark(row);
    }
  });

  let emptyState = "";
  window.desk.ready("check", async (place) => {
    emptyState = place.querySelector(".empty-state").innerHTML;
    const field = byId("draft");
    field.addEventListener("dragover", (event) => {
      event.preventDefault();
      field.classList.add("dropping");
    });
    field.addEventListener("dragleave", () => field.classList.remove("dropping"));
    field.addEventListener("drop", (event) => {
      field.classList.remove("dropping");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      choose(event.dataTransfer.files[0]);
    });
    const id = stored(KEPT);
    if (!id) return;
    const told = await ask(url(`ui/check/${id}`));
    if (told.state === "done") show(report(), told.html);
    else keep("");
  });
})();
