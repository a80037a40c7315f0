// What the pages beside Ask share: asking our own routes, showing what comes back, announcing it.
window.desk = (() => {
  "use strict";
  const base = new URL("../../", document.currentScript.src); // the server's own root, behind any proxy
  const byId = (id) => document.getElementById(id);
  const pageOf = (name) => document.querySelector(`[data-page-of="${name}"]`);
  // Gradio sets the document's language to the browser's; the address has the page's.
  const lang = () => (/\/(ja|en)\/?$/.exec(location.pathname) || ["", "ja"])[1];
  const current = () => document.body.dataset.page || "ask";

  function url(path, values = {}) {
    const address = new URL(path, base);
    for (const [name, value] of Object.entries(values)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== undefined && one !== null && one !== "") address.searchParams.append(name, one);
      }
    }
    address.searchParams.set("lang", lang());
    return address;
  }

  // Replies are {html, …}; `message` stands in for one that never came.
  async function ask(address, options = {}, message = "") {
    try {
      const reply = await fetch(address, { headers: { Accept: "application/json" }, ...options });
      const told = await reply.json();
      const wrong = told.error && told.error.message;
      return { ok: reply.ok, status: reply.status, ...told, ...(wrong ? { html: notice(wrong) } : {}) };
    } catch {
      return { ok: false, status: 0, state: "failed", html: notice(message) };
    }
  }

  function notice(text) {
    const box = document.createElement("p");
    box.className = "notice";
    box.dataset.announce = "";
    box.textContent = text;
    return box.outerHTML;
  }

  function announce(text) {
    const announcer = byId("announcer");
    if (announcer) announcer.textContent = text;
  }

  // Made of escaped values by ui/*_view.py.
  function show(place, html) {
    if (!place || html === undefined) return;
    place.innerHTML = html;
    const spoken = place.querySelector("[data-announce]");
    if (spoken) announce(spoken.textContent);
  }

  function save(name, data, type) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(data instanceof Blob ? data : new Blob([data], { type }));
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // Gradio puts the pages in when it likes: `ready` runs once a page is there, `opened` each time it is shown.
  const waitingFor = new Map();
  const openers = new Map();
  let shownPage = "";
  function look() {
    if (document.documentElement.lang !== lang()) document.documentElement.lang = lang();
    for (const [name, act] of waitingFor) {
      const page = pageOf(name);
      if (page && !page.dataset.ready) {
        page.dataset.ready = "1";
        act(page);
      }
    }
    const name = current();
    const page = pageOf(name);
    if (name !== shownPage && (page || !openers.has(name))) {
      shownPage = name;
      if (page && openers.has(name)) openers.get(name)(page);
    }
  }
  let planned = false;
  new MutationObserver(() => {
    if (planned) return;
    planned = true;
    requestAnimationFrame(() => {
      planned = false;
      look();
    });
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-page", "lang"] });

  // Tabs that find no room are in Gradio's menu, in the same order and without ids.
  const TABS = ["ask", "check", "compare", "library", "evals", "guide"];
  const tabButton = (name) => byId(`tab-${name}-button`);
  function openTab(name) {
    const away = TABS.filter((one) => !tabButton(one));
    const menu = document.querySelectorAll(".overflow-dropdown button");
    const button = tabButton(name) || menu[away.indexOf(name)];
    if (button && button.getAttribute("aria-selected") !== "true") button.click();
    return Boolean(button);
  }
  addEventListener("hashchange", () => {
    const name = location.hash.slice(1);
    if (TABS.includes(name) && !tabButton(name)) openTab(name);
  });

  // Gradio makes a page when it is first shown: `act` runs once what it needs is there.
  function whenThere(selector, act) {
    const timer = setInterval(() => {
      const element = document.querySelector(selector);
      if (!element) return;
      clearInterval(timer);
      act(element);
    }, 50);
    setTimeout(() => clearInterval(timer), 10000);
  }

  const typing = (element) =>
    element instanceof Element && element.closest("input, textarea, select, [contenteditable], [role='combobox']");

  return {
    byId, url, ask, show, announce, save, notice, current, typing, openTab, whenThere,
    ready: (name, act) => waitingFor.set(name, act),
    opened: (name, act) => openers.set(name, act),
  };
})();
