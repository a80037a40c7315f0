// What all pages do in the browser: open sources, copy, switch light and dark, announce answers.
// Everything is delegated from the document, since Gradio puts its elements in and out as it likes.
(() => {
  "use strict";
  const root = document.documentElement;
  const lang = root.lang; // the page's; Gradio sets the browser's later
  const base = new URL("../../", document.currentScript.src); // the server's own root, behind any proxy
  const byId = (id) => document.getElementById(id);

  // ---- light and dark -------------------------------------------------------------------------
  const THEME_KEY = "assistant-theme";
  const keep = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // kept for this page only
    }
  };
  const kept = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage is switched off
    }
  };
  const stored = kept(THEME_KEY); // without one the system's choice stands
  if (stored === "dark" || stored === "light") root.dataset.theme = stored;

  function toggleTheme() {
    const systemDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : systemDark;
    root.dataset.theme = dark ? "light" : "dark";
    keep(THEME_KEY, root.dataset.theme);
  }

  // ---- the source panel -----------------------------------------------------------------------
  let opener = null;
  let wanted = 0;

  function openerKey(element) {
    const { article, version, start, end } = element.dataset;
    return JSON.stringify([article, version, start, end]);
  }

  async function openSource(element) {
    const panel = byId("source-panel");
    if (!panel) return;
    const request = ++wanted;
    const query = new URLSearchParams({ lang, article_id: element.dataset.article });
    for (const name of ["version", "start", "end"]) {
      if (element.dataset[name]) query.set(name, element.dataset[name]);
    }
    opener = element;
    markOpen(element);
    let html;
    try {
      const reply = await fetch(new URL(`ui/source?${query}`, base), { headers: { Accept: "text/html" } });
      if (!(reply.headers.get("content-type") || "").startsWith("text/html")) throw new Error(String(reply.status));
      html = await reply.text();
    } catch {
      html = null;
    }
    if (request !== wanted) return; // another one was asked for meanwhile
    const content = byId("source-content");
    if (html === null) {
      const failed = document.createElement("p");
      failed.className = "notice";
      failed.textContent = panel.dataset.failed;
      content.replaceChildren(failed);
    } else {
      content.innerHTML = html; // made of escaped values by ui/source.py
    }
    panel.hidden = false;
    document.body.classList.add("source-open");
    const mark = content.querySelector("mark");
    const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    content.scrollTop = 0;
    const title = content.querySelector(".source-title");
    panel.querySelector(".source-label").textContent = title ? title.textContent : panel.getAttribute("aria-label");
    const top = mark ? mark.getBoundingClientRect().top - content.getBoundingClientRect().top : 0;
    const bottom = mark ? mark.getBoundingClientRect().bottom - content.getBoundingClientRect().top : 0;
    if (bottom > content.clientHeight * 0.7) {
      content.scrollTo({ top: Math.max(top - content.clientHeight / 3, 0), behavior: smooth ? "smooth" : "auto" });
    }
    (title || content).focus({ preventScroll: true });
  }

  function markOpen(element) {
    for (const old of document.querySelectorAll("[data-article].open")) old.classList.remove("open");
    if (!element) return;
    const key = openerKey(element);
    for (const one of document.querySelectorAll("[data-article]")) {
      if (openerKey(one) === key) one.classList.add("open");
    }
  }

  function closeSource({ focusOpener = true } = {}) {
    const panel = byId("source-panel");
    if (!panel || panel.hidden) return;
    wanted += 1;
    panel.hidden = true;
    document.body.classList.remove("source-open");
    markOpen(null);
    if (focusOpener && opener && opener.isConnected) opener.focus();
    opener = null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) closeSource();
  });

  // ---- copying --------------------------------------------------------------------------------
  async function copy(element) {
    await copyLater(element, async () => ({ text: element.dataset.copy }));
  }

  // Copies what `get` promises, {text, html}: browsers want the clipboard asked for within the click.
  async function copyLater(element, get, told = "") {
    if (element.dataset.busy) return;
    const wanted = get();
    const blob = (name, type) => wanted.then((values) => new Blob([values[name]], { type }));
    try {
      const values = await wanted;
      const types = { "text/plain": blob("text", "text/plain") };
      if (values.html) types["text/html"] = blob("html", "text/html");
      await navigator.clipboard.write([new ClipboardItem(types)]);
    } catch {
      const values = await wanted.catch(() => null);
      if (!values) {
        say(element, byId("source-panel")?.dataset.failed);
        return;
      }
      const area = document.createElement("textarea"); // no clipboard without https
      area.value = values.html || values.text;
      area.style.cssText = "position:fixed;opacity:0";
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say(element, told || byId("source-panel")?.dataset.copied);
  }

  function say(element, words) {
    if (!words) return;
    const label = element.textContent;
    element.dataset.busy = "1";
    element.textContent = words;
    announce(words);
    setTimeout(() => {
      element.textContent = label;
      delete element.dataset.busy;
    }, 1600);
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const hit = (selector) => target.closest(selector);
    let element;
    if ((element = hit("[data-article]"))) openSource(element);
    else if (hit("[data-close-source]")) closeSource();
    else if ((element = hit("[data-copy]"))) copy(element);
    else if (hit("[data-theme-toggle]")) toggleTheme();
    else if ((element = hit("[data-lang]"))) {
      document.cookie = `assistant_lang=${element.dataset.lang}; path=${base.pathname}; max-age=31536000; samesite=lax`;
      element.href = `../${element.dataset.lang}/${location.hash}`;
    } else if ((element = hit("[data-jump], [data-focus]"))) {
      event.preventDefault();
      const place = byId(element.dataset.focus || element.dataset.jump);
      if (place) {
        place.scrollIntoView({ block: "center" });
        place.focus({ preventScroll: true });
      }
    }
  });

  // ---- tabs have addresses: #library opens the Library ------------------------------------------
  const TABS = ["ask", "check", "compare", "library", "evals", "guide"];
  const tabButton = (name) => byId(`tab-${name}-button`);
  function followHash() {
    // #/c/… is a conversation, see ask.js.
    const name = location.hash.startsWith("#/c/") ? "ask" : location.hash.slice(1);
    const button = TABS.includes(name) ? tabButton(name) : null;
    if (button && button.getAttribute("aria-selected") !== "true") button.click();
    return Boolean(button);
  }
  addEventListener("hashchange", followHash);
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[id^='tab-'][role='tab']") : null;
    const name = button ? button.id.slice(4, -7) : "";
    if (!TABS.includes(name) || !event.isTrusted) return;
    const open = document.querySelector("#current .turn")?.dataset.conversation;
    history.replaceState(null, "", name !== "ask" ? `#${name}` : open ? `#/c/${open}` : "#");
  });

  // ---- following an answer as it comes ----------------------------------------------------------
  function announce(text) {
    const announcer = byId("announcer");
    if (announcer) announcer.textContent = text;
  }

  let announced = null;
  let shownQuestion = null;
  function follow() {
    const turn = document.querySelector("#current .turn");
    const tab = document.querySelector("button[id^='tab-'][aria-selected='true']");
    const page = tab ? tab.id.slice(4, -7) : "ask";
    if (document.body.dataset.page !== page) {
      document.body.dataset.page = page;
      closeSource({ focusOpener: false });
    }
    const count = document.querySelectorAll("#earlier .turn").length;
    document.body.classList.toggle("has-turns", Boolean(turn));
    document.body.classList.toggle("has-earlier", count > 0);
    document.body.classList.toggle("answering", Boolean(turn) && turn.getAttribute("aria-busy") === "true");
    if (!turn) {
      announced = shownQuestion = null;
      return;
    }
    const question = turn.querySelector(".asked").textContent;
    const key = `${count} ${question}`;
    if (shownQuestion !== key) {
      shownQuestion = key;
      closeSource({ focusOpener: false });
      if (count > 0) turn.scrollIntoView({ block: "start" }); // the first one is in view already
    }
    if (turn.getAttribute("aria-busy") === "true") announced = null;
    if (turn.getAttribute("aria-busy") === "true" || announced === key) return;
    announced = key;
    const spoken = turn.querySelector("[data-announce]") || turn.querySelector(".reply");
    const panel = byId("source-panel");
    announce(`${panel ? panel.dataset.answerReady : ""}${spoken.textContent.replace(/\[\d+\]/g, "")}`);
  }

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      follow();
    });
  }).observe(root, {
    childList: true,
    subtree: true,
    characterData: true,
    attributeFilter: ["aria-selected"],
  });

  window.readingRoom = Object.freeze({ base, lang, announce, copyLater, keep, kept }); // for the pages' own scripts

  addEventListener("DOMContentLoaded", () => {
    if (!location.hash) return;
    const timer = setInterval(() => followHash() && clearInterval(timer), 100);
    setTimeout(() => clearInterval(timer), 10000);
  });
})();
