// The Library page: find and sort, details in a dialog, and for editors sending, indexing, withdrawing.
(() => {
  "use strict";
  const { byId, url, ask, show, announce } = window.desk;
  const wanted = { q: "", show: "all", sort: "published", down: true, page: 1 };
  const POLL = 700;
  let request = 0;
  let editor = false;
  let polling = 0;
  const page = () => document.querySelector("[data-page-of='library']");

  async function list() {
    const mine = ++request;
    const told = await ask(url("ui/library", { ...wanted, down: String(wanted.down) }), {}, page().dataset.offline);
    if (mine !== request) return; // something else was asked for meanwhile
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.sort : "";
    show(byId("library"), told.html);
    const again = focused && byId("library").querySelector(`[data-sort="${focused}"]`);
    if (again) again.focus();
    if (!told.filters) return;
    const select = byId("library-show");
    if (select.options.length !== told.filters.length) {
      select.replaceChildren(...told.filters.map((one) => new Option(one.label, one.value)));
      select.value = wanted.show;
    }
    if (told.editor && !editor) {
      editor = true;
      await fillDesk();
    }
  }

  function again(more) {
    Object.assign(wanted, more);
    return list();
  }

  // ---- for editors ------------------------------------------------------------------------------
  async function fillDesk() {
    const told = await ask(url("ui/library/desk"));
    if (!told.ok) return;
    show(byId("library-desk"), told.html);
    const drop = byId("library-drop");
    if (drop) {
      drop.addEventListener("dragover", (event) => {
        event.preventDefault();
        drop.classList.add("dropping");
      });
      drop.addEventListener("dragleave", () => drop.classList.remove("dropping"));
      drop.addEventListener("drop", (event) => {
        event.preventDefault();
        drop.classList.remove("dropping");
        sendFiles([...event.dataTransfer.files]);
      });
    }
    follow();
    health();
  }

  async function health() {
    const told = await ask(url("ui/library/health"));
    if (told.ok && byId("library-health")) byId("library-health").innerHTML = told.html; // nothing to announce
  }

  async function sendFiles(files) {
    const words = page().dataset;
    const told = byId("library-sent");
    told.replaceChildren();
    let stored = 0;
    for (const [number, file] of files.entries()) {
      announce(words.uploading.replace("{done}", number + 1).replace("{total}", files.length));
      stored += await sendOne(file, told, false);
    }
    if (stored) work("index", "");
  }

  async function sendOne(file, told, replace) {
    const reply = await ask(
      url("ui/library/upload", { name: file.name, replace: replace ? "true" : "" }), { method: "POST", body: file },
    );
    const row = document.createElement("li");
    row.textContent = reply.message || page().dataset.failed.replace("{name}", file.name);
    row.className = reply.ok ? "" : "wrong";
    if (reply.outcome === "exists") offerReplacement(row, file, told);
    told.append(row);
    announce(row.textContent);
    return reply.outcome === "stored" ? 1 : 0;
  }

  function offerReplacement(row, file, told) {
    const words = byId("library-progress").dataset;
    const button = (label, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "tool small";
      made.textContent = label;
      made.addEventListener("click", async () => {
        row.remove();
        if (await act()) work("index", "");
      });
      return made;
    };
    row.append(" ", button(words.replace, () => sendOne(file, told, true)), " ", button(words.keep, async () => 0));
  }

  async function work(action, folder) {
    const reply = await ask(
      url("ui/library/index"),
      { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ action, folder }) },
      page().dataset.offline,
    );
    told(reply);
    if (reply.ok) follow();
  }

  let last = "";
  function told(reply) {
    const place = byId("library-progress");
    if (!place || reply.html === last) return;
    last = reply.html;
    show(place, reply.html);
    byId("library-watch-stop").hidden = !reply.watching;
    byId("library-watch").hidden = Boolean(reply.watching);
    byId("library-index").disabled = byId("library-watch").disabled = Boolean(reply.busy || reply.watching);
  }

  // While something is being indexed or watched, and the page is shown.
  async function follow() {
    const mine = ++polling;
    let before = null;
    for (;;) {
      const reply = await ask(url("ui/library/work"));
      if (mine !== polling || !reply.ok) return;
      told(reply);
      const ended = before && before.busy && !reply.busy;
      before = reply;
      if (ended) {
        list();
        health();
      }
      if (!reply.busy && !reply.watching) return;
      await new Promise((done) => setTimeout(done, POLL));
      if (window.desk.current() !== "library") return;
    }
  }

  // ---- one article ------------------------------------------------------------------------------
  let opener = null;
  async function details(articleId, element) {
    const reply = await ask(url("ui/library/article", { article_id: articleId }), {}, page().dataset.offline);
    opener = element;
    byId("library-details").innerHTML = reply.html;
    const dialog = byId("library-dialog");
    if (!dialog.open) dialog.showModal();
    const title = byId("library-dialog-title");
    if (title) title.focus();
  }

  async function withdraw(button) {
    const reason = byId("withdraw-reason").value.trim();
    if (!reason) {
      byId("withdraw-told").textContent = button.dataset.missing;
      byId("withdraw-reason").focus();
      return;
    }
    button.disabled = true;
    const body = JSON.stringify({ article_id: button.dataset.withdraw, reason, undo: Boolean(button.dataset.undo) });
    const reply = await ask(
      url("ui/library/withdraw"),
      { method: "POST", headers: { "Content-Type": "application/json" }, body },
      page().dataset.offline,
    );
    button.disabled = false;
    if (!reply.ok) {
      byId("withdraw-told").innerHTML = reply.html; // made of escaped values by ui/library_routes.py
      return;
    }
    byId("library-dialog").close();
    show(byId("library-progress"), reply.html);
    last = "";
    await list();
    health();
  }

  let typing = 0;
  document.addEventListener("input", (event) => {
    if (event.target.id !== "library-search") return;
    clearTimeout(typing);
    typing = setTimeout(() => again({ q: event.target.value, page: 1 }), 200);
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "library-show") again({ show: event.target.value, page: 1 });
    else if (event.target.id === "library-files") {
      sendFiles([...event.target.files]);
      event.target.value = "";
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id === "library-folder" && event.key === "Enter" && !event.isComposing && event.keyCode !== 229) {
      work("index", event.target.value);
    }
  });
  document.addEventListener("click", async (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    let element;
    if ((element = target.closest("#library [data-sort]"))) {
      const same = wanted.sort === element.dataset.sort;
      const down = same ? !wanted.down : !["title", "file"].includes(element.dataset.sort);
      again({ sort: element.dataset.sort, down, page: 1 });
    } else if ((element = target.closest("#library [data-page-to]"))) {
      await again({ page: Number(element.dataset.pageTo) });
      byId("library").scrollIntoView({ block: "start" });
    } else if ((element = target.closest("[data-details]"))) details(element.dataset.details, element);
    else if ((element = target.closest("[data-work]"))) work(element.dataset.work, byId("library-folder").value);
    else if ((element = target.closest("[data-withdraw]"))) withdraw(element);
    else if (target.closest("[data-close-dialog]") || target.id === "library-dialog") byId("library-dialog").close();
    else if (target.closest("#library-dialog [data-article]")) byId("library-dialog").close(); // the text opens beside
  });

  window.desk.ready("library", () => {
    byId("library-dialog").addEventListener("close", () => {
      if (opener && opener.isConnected && document.activeElement === document.body) opener.focus();
    });
  });
  window.desk.opened("library", async () => {
    await list();
    if (editor) follow();
  });
})();
