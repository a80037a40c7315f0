// The Evals page: show a run, filter its failing cases, start another; and addresses that fill in a question.
(() => {
  "use strict";
  const { byId, url, ask, show } = window.desk;
  const POLL = 1500;
  const page = () => document.querySelector("[data-page-of='evals']");
  let polling = 0;

  async function open(run = "") {
    const told = await ask(url("ui/evals", { run }), {}, page().dataset.offline);
    show(byId("evals"), told.html);
    page().querySelector(".evals-run").hidden = !told.ok;
    return told.ok;
  }

  async function follow() {
    const mine = ++polling;
    let wasBusy = false;
    for (;;) {
      const told = await ask(url("ui/evals/work"));
      if (mine !== polling || !told.ok) return;
      if (told.busy || wasBusy) show(byId("evals-work"), told.html);
      byId("evals-run").disabled = Boolean(told.busy);
      if (wasBusy && !told.busy) open();
      wasBusy = told.busy;
      if (!told.busy || window.desk.current() !== "evals") return;
      await new Promise((done) => setTimeout(done, POLL));
    }
  }

  async function start() {
    byId("evals-run").disabled = true;
    const told = await ask(url("ui/evals/run"), { method: "POST" }, page().dataset.offline);
    show(byId("evals-work"), told.html);
    if (told.ok) follow();
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "evals-chosen") open(event.target.value).then(() => byId("evals-chosen").focus());
    else if (event.target.id === "evals-kind") {
      const kind = event.target.value;
      for (const row of document.querySelectorAll("#evals .failing tbody tr")) {
        row.hidden = Boolean(kind) && row.dataset.kind !== kind;
      }
    }
  });
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const element = target.closest("[data-check-text]");
    if (target.closest("#evals-run")) start();
    else if (element) {
      window.desk.openTab("check");
      window.desk.whenThere("#draft-text", (draft) => {
        draft.value = element.dataset.checkText;
        draft.dispatchEvent(new Event("input", { bubbles: true }));
        byId("check-run").click();
      });
    }
  });

  window.desk.opened("evals", async () => {
    if (await open()) follow();
  });

  // ---- #/ask?q=… puts a question into the box: a link never asks by itself -------------------------
  function fillIn() {
    const match = /^#\/ask\?q=(.*)$/.exec(location.hash);
    if (!match) return;
    let question = "";
    try {
      question = decodeURIComponent(match[1].replace(/\+/g, " ")).slice(0, 2000);
    } catch {
      question = ""; // not an address of ours
    }
    window.desk.whenThere("button[role='tab']", () => {
      window.desk.openTab("ask");
      window.desk.whenThere("#question textarea, #question input", (box) => {
        Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set.call(box, question);
        box.dispatchEvent(new Event("input", { bubbles: true }));
        box.focus();
        history.replaceState(null, "", "#");
      });
    });
  }
  addEventListener("hashchange", fillIn);
  addEventListener("DOMContentLoaded", fillIn);
})();
