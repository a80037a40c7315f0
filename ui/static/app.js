// What the pages do in the browser: open sources, send on Enter, switch light and dark, announce answers.
// Everything is delegated from the document, since Gradio puts its elements in and out as it likes.
(() => {
  "use strict";
  const root = document.documentElement;
  const base = new URL("../../", document.currentScript.src); // the server's own root, behind any proxy
  const byId = (id) => document.getElementById(id);

  // ---- light and dark -------------------------------------------------------------------------
  const THEME_KEY = "assistant-theme";
  const stored = (() => {
    try {
      return localStorage.getItem(THEME_KEY);
    } catch {
      return null; // storage is switched off: the system's choice stands
    }
  })();
  if (stored === "dark" || stored === "light") root.dataset.theme = stored;

  function toggleTheme() {
    const systemDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : systemDark;
    root.dataset.theme = dark ? "light" : "dark";
    try {
      localStorage.setItem(THEME_KEY, root.dataset.theme);
    } catch {
      // kept for this page only
    }
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
    const query = new URLSearchParams({ lang: root.lang, article_id: element.dataset.article });
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

  // ---- asking ---------------------------------------------------------------------------------
  const questionBox = () => document.querySelector("#question textarea, #question input");

  function fillQuestion(text) {
    const box = questionBox();
    if (!box) return false;
    const prototype = box instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(prototype.prototype, "value").set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  function send() {
    const button = byId("send");
    if (button && button.offsetParent !== null) button.click();
  }

  document.addEventListener(
    "keydown",
    (event) => {
      const target = event.target;
      if (event.key === "Escape" && !event.isComposing) closeSource();
      if (!(target instanceof Element) || !target.closest("#question") || event.key !== "Enter") return;
      // Gradio's own handling of Enter must not see this one.
      event.stopPropagation();
      // While an input method is composing, Enter chooses the candidate (229: Safari's last one).
      if (event.isComposing || event.keyCode === 229 || event.shiftKey) return;
      event.preventDefault();
      send();
    },
    true,
  );

  async function copy(element) {
    const text = element.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea"); // no clipboard without https
      area.value = text;
      area.style.cssText = "position:fixed;opacity:0";
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const panel = byId("source-panel");
    const label = element.textContent;
    if (!panel || element.dataset.busy) return;
    element.dataset.busy = "1";
    element.textContent = panel.dataset.copied;
    announce(panel.dataset.copied);
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
    else if ((element = hit("[data-ask]"))) fillQuestion(element.dataset.ask) && setTimeout(send, 30);
    else if ((element = hit("[data-copy]"))) copy(element);
    else if (hit("[data-theme-toggle]")) toggleTheme();
    else if ((element = hit("[data-lang]"))) {
      document.cookie = `assistant_lang=${element.dataset.lang}; path=${base.pathname}; max-age=31536000; samesite=lax`;
      element.href = `../${element.dataset.lang}/${location.hash}`;
    } else if ((element = hit("[data-jump], [data-focus]"))) {
      event.preventDefault();
      const place = element.dataset.focus ? questionBox() : byId(element.dataset.jump);
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
    const name = location.hash.slice(1);
    const button = TABS.includes(name) ? tabButton(name) : null;
    if (button && button.getAttribute("aria-selected") !== "true") button.click();
    return Boolean(button);
  }
  addEventListener("hashchange", followHash);
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[id^='tab-'][role='tab']") : null;
    const name = button ? button.id.slice(4, -7) : "";
    if (TABS.includes(name) && event.isTrusted) history.replaceState(null, "", name === "ask" ? "#" : `#${name}`);
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

  addEventListener("DOMContentLoaded", () => {
    if (!location.hash) return;
    const timer = setInterval(() => followHash() && clearInterval(timer), 100);
    setTimeout(() => clearInterval(timer), 10000);
  });
})();
