// The Ask page: asks, follows answers as they come, keeps the list of conversations.
// Whatever is put into the page as HTML was made by the server out of escaped values; everything else is text.
(() => {
  "use strict";
  const page = window.readingRoom; // ui/static/app.js
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const WIDE = "(min-width: 1440px)"; // the list is open unless it was closed
  const DRAWER = "(max-width: 1000px)"; // the list lies over the chat, see ask.css
  const LIST_KEY = "assistant-conversations";
  const RETRY_MS = [300, 1000, 2000, 4000, 8000];

  let room = null;
  let shown = ""; // id of the conversation in view
  let view = 0; // counts what the page was told to show: a reply for an earlier wish comes too late
  let live = null; // the answer that is being followed: {controller, conversation, turn, last}
  const filters = new Map(); // sources filtered by: value -> label

  function address(path, query = {}) {
    const url = new URL(`ui/${path}`, page.base);
    for (const [name, value] of Object.entries({ lang: page.lang, ...query })) url.searchParams.set(name, value);
    return url;
  }

  async function call(method, path, { query, body } = {}) {
    const options = { method, headers: { Accept: "application/json" } };
    if (body !== undefined) {
      options.headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(body);
    }
    const reply = await fetch(address(path, query), options);
    const values = await reply.json();
    if (!reply.ok) throw Object.assign(new Error(values.error?.message || reply.status), { status: reply.status });
    return values;
  }

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  // ---- turns in the page ------------------------------------------------------------------------
  const turnElement = (number) => room.querySelector(`.turn[data-turn="${number}"]`);

  function put(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html; // made of escaped values by ui/askturn.py
    return holder.content.firstElementChild;
  }

  function place(number, html, { keepFocus = true } = {}) {
    const fresh = put(html);
    const old = turnElement(number) || room.querySelector(".turn:not([data-turn])");
    if (old) {
      const focused = keepFocus && old.contains(document.activeElement) && document.activeElement !== document.body;
      old.replaceWith(fresh);
      if (focused) fresh.querySelector(".asked").focus({ preventScroll: true });
    } else {
      byId("earlier").append(...byId("current").children);
      byId("current").append(fresh);
    }
    return fresh;
  }

  function pendingTurn(question) {
    const turn = make("article", "turn");
    turn.setAttribute("aria-busy", "true");
    turn.dataset.question = question;
    turn.append(make("h3", "asked", question), make("div", "reply"));
    turn.querySelector(".reply").append(make("p", "pending", "…"));
    byId("earlier").append(...byId("current").children);
    byId("current").append(turn);
    return turn;
  }

  function failTurn(turn, message) {
    turn.setAttribute("aria-busy", "false");
    const card = make("section", "card error");
    card.setAttribute("data-announce", "");
    card.append(make("h4", "", room.dataset.sayError), make("p", "", message));
    const again = make("button", "tool", room.dataset.sayRetry);
    again.type = "button";
    again.dataset.act = "retry";
    const tools = make("div", "turn-tools");
    tools.append(again);
    turn.querySelector(".turn-tools")?.remove();
    turn.querySelector(".pending")?.remove();
    turn.querySelector(".card.error")?.remove();
    turn.querySelector(".reply").append(card);
    turn.append(tools);
  }

  // ---- following an answer ------------------------------------------------------------------------
  async function read(reply, following) {
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      buffer += value;
      for (let end = buffer.indexOf("\n\n"); end >= 0; end = buffer.indexOf("\n\n")) {
        const event = { name: "", data: "" };
        for (const line of buffer.slice(0, end).split("\n")) {
          if (line.startsWith("id: ")) following.last = Number(line.slice(4));
          else if (line.startsWith("event: ")) event.name = line.slice(7);
          else if (line.startsWith("data: ")) event.data += line.slice(6);
        }
        buffer = buffer.slice(end + 2);
        if (event.name) await handle(event.name, JSON.parse(event.data), following);
        if (following.done) return;
      }
    }
  }

  async function handle(name, data, following) {
    if (live !== following) return;
    if (name === "turn") {
      following.conversation = data.conversation;
      following.turn = data.turn;
      if (shown !== data.conversation) {
        const branched = shown !== ""; // an earlier question was changed
        shown = data.conversation;
        history.replaceState(null, "", `#/c/${shown}`);
        if (branched) await showConversation(shown, { follow: false });
      }
      place(data.turn, data.html);
      refreshList();
    } else if (name === "sentence") {
      const reply = turnElement(following.turn)?.querySelector(".reply");
      reply?.querySelector(".pending")?.remove();
      reply?.append(put(data.html));
    } else if (name === "done") {
      following.done = true;
      place(following.turn, data.html);
      refreshList();
    } else if (name === "replaced") {
      following.done = true;
      if (shown === following.conversation) await showConversation(shown, {});
    }
  }

  async function follow(following, begin) {
    live?.controller.abort();
    live = following;
    view += 1; // a conversation still on its way would take the answer's place
    const signal = following.controller.signal;
    let turn = null;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const resume = () =>
          fetch(
            address(`conversations/${following.conversation}/${following.turn}/events`, { after: following.last }),
            { signal },
          );
        const reply = await (following.conversation && following.turn ? resume() : begin(signal));
        if (!(reply.headers.get("content-type") || "").startsWith("text/event-stream")) {
          if (following.last && reply.status === 404) {
            await showConversation(following.conversation, { follow: false }); // it ended long ago
            break;
          }
          const values = await reply.json().catch(() => ({}));
          turn = room.querySelector(".turn[aria-busy=true]");
          if (turn) failTurn(turn, values.error?.message || room.dataset.sayUnexpected);
          break;
        }
        await read(reply, following);
        if (following.done || live !== following) break;
      } catch (error) {
        if (signal.aborted || error instanceof SyntaxError) break;
      }
      if (attempt >= RETRY_MS.length || !following.turn) {
        turn = room.querySelector(".turn[aria-busy=true]");
        if (turn && live === following) failTurn(turn, room.dataset.sayLost);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS[attempt]));
      if (live !== following) return;
    }
    if (live === following) live = null;
  }

  const following = (conversation = "", turn = 0) => ({
    controller: new AbortController(),
    conversation,
    turn,
    last: 0,
    done: false,
  });

  // ---- asking -------------------------------------------------------------------------------------
  function post(path, body) {
    return (signal) =>
      fetch(address(path), {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
        body: JSON.stringify(body),
        signal,
      });
  }

  function ask(question, { number = null } = {}) {
    const text = question.trim();
    if (!text || live) return;
    const body = { question: text, filters: chosenFilters(), lang: page.lang };
    if (shown) body.conversation = shown;
    const last = turnElement(number);
    if (number !== null) body.turn = number;
    byId("intro").replaceChildren();
    if (last && !last.closest("#current")) {
      // Another conversation begins there: the server tells what it is made of.
      last.setAttribute("aria-busy", "true");
    } else if (last) {
      last.remove();
      pendingTurn(text).dataset.turn = number;
    } else {
      pendingTurn(text);
    }
    follow(following(), post("ask", body));
  }

  function retry(turn) {
    if (live) return;
    const number = turn.dataset.turn;
    if (!number || !shown) {
      const { question } = turn.dataset;
      turn.remove();
      ask(question);
      return;
    }
    turn.setAttribute("aria-busy", "true");
    turn.querySelector(".turn-tools")?.remove();
    turn.querySelector(".reply").replaceChildren(make("p", "pending", "…"));
    const one = following();
    follow(one, (signal) =>
      fetch(address(`conversations/${shown}/${number}/retry`), { method: "POST", signal }),
    );
  }

  async function stop() {
    const one = live;
    if (!one) return;
    if (!one.conversation) {
      one.controller.abort();
      live = null;
      const turn = room.querySelector(".turn[aria-busy=true]");
      if (turn) failTurn(turn, room.dataset.sayStopped);
      return;
    }
    try {
      await call("POST", `conversations/${one.conversation}/${one.turn}/stop`);
    } catch {
      // it has ended by itself
    }
  }

  function send() {
    const box = byId("question-box");
    if (live || !box.value.trim()) return;
    const question = box.value;
    box.value = "";
    grow(box);
    ask(question);
  }

  function grow(box) {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, 190)}px`;
  }

  // ---- filters ------------------------------------------------------------------------------------
  const FIELDS = { from: "published_from", to: "published_to", lang: "lang", asof: "as_of" };

  function chosenFilters() {
    const chosen = {};
    for (const [id, name] of Object.entries(FIELDS)) {
      const { value } = byId(`filter-${id}`);
      if (value) chosen[name] = value;
    }
    if (filters.size) chosen.sources = [...filters.keys()];
    return chosen;
  }

  function tellFilters() {
    const now = room.querySelector(".filters-now");
    const parts = [...filters.values()];
    const from = byId("filter-from").value;
    const to = byId("filter-to").value;
    if (from || to) parts.push(`${from}–${to}`);
    const language = byId("filter-lang");
    if (language.value) parts.push(language.selectedOptions[0].textContent);
    const day = byId("filter-asof").value;
    if (day) parts.push(`→ ${day}`);
    now.textContent = parts.join(" · ") || now.dataset.none;
    byId("filters").classList.toggle("active", parts.length > 0);
  }

  function addSource() {
    const input = byId("filter-source");
    const typed = input.value.trim();
    if (!typed || filters.size >= 20) return;
    const option = [...byId("filter-sources").options].find((one) => one.value === typed);
    filters.set(option ? option.dataset.value : typed, typed);
    input.value = "";
    showSources();
  }

  function showSources() {
    let list = byId("filters-chosen");
    if (!list) {
      list = make("ul");
      list.id = "filters-chosen";
      byId("filter-source").closest(".field").append(list);
    }
    list.replaceChildren(
      ...[...filters].map(([value, label]) => {
        const item = make("li");
        const remove = make("button", "tool", `${label} ×`);
        remove.type = "button";
        remove.dataset.unfilter = value;
        item.append(remove);
        return item;
      }),
    );
    tellFilters();
  }

  async function offerSources() {
    const list = byId("filter-sources");
    if (list.dataset.filled) return;
    list.dataset.filled = "1";
    try {
      const { sources } = await call("GET", "ask/sources");
      list.replaceChildren(
        ...sources.map((source) => {
          const option = document.createElement("option");
          option.value = source.label;
          option.label = source.name ? `${source.label} (${source.name})` : source.label;
          option.dataset.value = source.value;
          return option;
        }),
      );
    } catch {
      delete list.dataset.filled;
    }
  }

  function clearFilters() {
    filters.clear();
    for (const id of Object.keys(FIELDS)) byId(`filter-${id}`).value = "";
    byId("filter-source").value = "";
    showSources();
  }

  // ---- conversations --------------------------------------------------------------------------------
  async function showConversation(id, { turn = 0, follow: following_ = true } = {}) {
    const wish = ++view;
    let values;
    try {
      values = await call("GET", `conversations/${id}`);
    } catch (error) {
      if (live || wish !== view) return false;
      // What the server did not say is gone may be there at the next reload, so its address stays.
      const told = error.status ? error.message : room.dataset.sayLost;
      startOver({ notice: told, keepAddress: error.status !== 404 });
      page.announce(told);
      return false;
    }
    if (wish !== view) return false;
    shown = id;
    byId("intro").replaceChildren();
    byId("earlier").innerHTML = values.earlier; // made of escaped values by ui/askturn.py
    byId("current").innerHTML = values.current;
    markListed();
    const wanted = turn ? turnElement(turn) : null;
    if (wanted) {
      wanted.scrollIntoView({ block: "start" });
      wanted.querySelector(".asked").focus({ preventScroll: true });
    }
    if (following_ && values.working.length) {
      const one = following(id, values.working.at(-1));
      turnElement(one.turn)?.querySelector(".reply").replaceChildren();
      follow(one, null);
    }
    return true;
  }

  async function startOver({ notice = "", keepAddress = false } = {}) {
    const wish = ++view;
    live?.controller.abort();
    live = null;
    shown = "";
    byId("earlier").replaceChildren();
    byId("current").replaceChildren();
    markListed();
    if (!keepAddress && location.hash.startsWith("#/c/")) history.replaceState(null, "", "#");
    const intro = byId("intro");
    const told = notice ? [make("p", "notice", notice)] : [];
    intro.querySelector(".notice")?.remove();
    intro.prepend(...told);
    try {
      const { html } = await call("GET", "ask/start");
      if (wish !== view) return;
      intro.innerHTML = html; // made of escaped values by ui/render.py
      intro.prepend(...told);
    } catch {
      if (wish === view && !told.length) intro.append(make("p", "notice", room.dataset.sayLost));
    }
  }

  function followAddress() {
    const match = /^#\/c\/([\w-]{16,64})(?:\/(\d{1,3}))?$/.exec(location.hash);
    if (!match) return false;
    if (match[1] === shown) {
      view += 1; // back again before the other one came
      if (match[2]) turnElement(match[2])?.scrollIntoView({ block: "start" });
      return true;
    }
    live?.controller.abort();
    live = null;
    if (matchMedia(DRAWER).matches) toggleList(false);
    showConversation(match[1], { turn: Number(match[2] || 0) });
    return true;
  }

  const listOpen = () => !byId("conversations").hidden;

  function toggleList(open, { remember = false, focus = false } = {}) {
    const list = byId("conversations");
    if (list.hidden !== open) return;
    list.hidden = !open;
    document.body.classList.toggle("list-open", open);
    byId("conversations-toggle").setAttribute("aria-expanded", String(open));
    if (remember) page.keep(LIST_KEY, open ? "open" : "closed");
    if (open) refreshList();
    if (focus) (open ? byId("conversations-search") : byId("conversations-toggle")).focus();
  }

  let listRequest = 0;
  async function refreshList() {
    if (!listOpen()) return;
    const request = ++listRequest;
    try {
      const { html } = await call("GET", "conversations", {
        query: { q: byId("conversations-search").value.trim(), current: shown },
      });
      if (request === listRequest) byId("conversations-list").innerHTML = html; // escaped by ui/askturn.py
    } catch {
      if (request === listRequest) tellListLost();
    }
  }

  // A list that stands stays as it is; an empty one says why it is, and what to do.
  function tellListLost() {
    const list = byId("conversations-list");
    if (list.querySelector("li")) return;
    const retry = make("button", "tool", room.dataset.sayListRetry);
    retry.type = "button";
    retry.dataset.listRetry = "";
    list.replaceChildren(make("p", "meta", room.dataset.sayListLost), retry);
    page.announce(room.dataset.sayListLost);
  }

  function markListed() {
    for (const link of room.querySelectorAll("#conversations-list a")) {
      if (link.hash.startsWith(`#/c/${shown}`) && shown) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  function startRename(item) {
    const form = byId("rename-form").content.firstElementChild.cloneNode(true);
    const input = form.querySelector("input");
    input.value = item.querySelector(".name").textContent;
    input.setAttribute("aria-label", room.dataset.sayRename);
    item.replaceChildren(form);
    input.focus();
    input.select();
  }

  async function saveName(item) {
    const title = item.querySelector("input").value.trim();
    try {
      if (title) await call("PUT", `conversations/${item.dataset.conversation}`, { body: { title } });
    } catch {
      // the old name comes back with the list
    }
    await refreshList();
    room.querySelector(`#conversations-list [data-conversation="${item.dataset.conversation}"] a`)?.focus();
  }

  async function remove(button) {
    if (!button.classList.contains("sure")) {
      button.classList.add("sure");
      button.textContent = button.dataset.sure;
      return;
    }
    const id = button.closest("[data-conversation]").dataset.conversation;
    try {
      await call("DELETE", `conversations/${id}`);
    } catch {
      // gone already
    }
    if (id === shown) startOver();
    await refreshList();
    byId("conversations-search").focus();
  }

  // ---- what can be done with an answer -----------------------------------------------------------------
  async function act(button) {
    const turn = button.closest(".turn");
    const form = turn?.querySelector(".turn-form");
    const path = turn ? `conversations/${turn.dataset.conversation}/${turn.dataset.turn}` : "";
    switch (button.dataset.act) {
      case "retry":
        retry(turn);
        break;
      case "copy":
        await page.copyLater(button, () => call("GET", `${path}/copy`, { query: { format: button.dataset.format } }));
        break;
      case "permalink": {
        const url = new URL(location.href);
        url.hash = `/c/${turn.dataset.conversation}/${turn.dataset.turn}`;
        await page.copyLater(button, async () => ({ text: url.href }), room.dataset.sayLinkCopied);
        break;
      }
      case "edit":
        openForm(form, "edit-form");
        form.querySelector("textarea").value = turn.dataset.question;
        form.querySelector(".later").hidden = Boolean(turn.closest("#current"));
        form.querySelector("textarea").focus();
        break;
      case "edit-send": {
        const text = form.querySelector("textarea").value;
        if (text.trim() && !live) ask(text, { number: Number(turn.dataset.turn) });
        break;
      }
      case "feedback": {
        openForm(form, "feedback-form");
        for (const radio of form.querySelectorAll("[type=radio]")) radio.name = `verdict-${turn.dataset.turn}`;
        form.querySelector("[type=radio]").focus();
        break;
      }
      case "feedback-send":
        await sendFeedback(form, path);
        break;
      case "form-close":
        form.hidden = true;
        form.replaceChildren();
        turn.querySelector('[data-act="edit"]')?.focus();
        break;
    }
  }

  function openForm(form, template) {
    form.replaceChildren(byId(template).content.firstElementChild.cloneNode(true));
    form.hidden = false;
    requestAnimationFrame(() => form.scrollIntoView({ block: "nearest" }));
  }

  async function sendFeedback(form, path) {
    const body = {
      verdict: form.querySelector("[type=radio]:checked").value,
      note: form.querySelector("textarea").value,
    };
    let told = room.dataset.sayThanks;
    try {
      await call("POST", `${path}/feedback`, { body });
    } catch {
      told = room.dataset.sayFeedbackFailed;
    }
    const notice = make("p", "notice", told);
    notice.tabIndex = -1;
    if (told === room.dataset.sayThanks) form.replaceChildren(notice);
    else form.append(notice);
    notice.focus();
    page.announce(told);
  }

  async function alsoFound(details) {
    const place_ = details.querySelector("div");
    if (!details.open || place_.childElementCount) return;
    const turn = details.closest(".turn");
    try {
      const { html } = await call("GET", `conversations/${turn.dataset.conversation}/${turn.dataset.turn}/found`);
      place_.innerHTML = html; // made of escaped values by ui/askturn.py
    } catch {
      details.open = false;
    }
  }

  // ---- events --------------------------------------------------------------------------------------------
  let composedAt = -1000; // when an input method last ended a composition
  const inRoom = (event) => room && event.target instanceof Element && room.contains(event.target);

  document.addEventListener("compositionend", (event) => {
    composedAt = event.timeStamp;
  }, true);

  document.addEventListener("keydown", (event) => {
    if (!inRoom(event)) return;
    // While an input method is composing, Enter chooses the candidate. Safari ends the composition first and
    // sends the same Enter afterwards, with key code 229 or, in some versions, as a plain one.
    const composing = event.isComposing || event.keyCode === 229 || event.timeStamp - composedAt < 30;
    const { target } = event;
    if (event.key === "Escape" && !composing) {
      if (target.closest(".turn-form")) act(target.closest(".turn-form").querySelector('[data-act="form-close"]'));
      else if (target.closest("details.more, #filters")) {
        const details = target.closest("details");
        details.open = false;
        details.querySelector("summary").focus();
      } else if (listOpen() && target.closest("#conversations")) toggleList(false, { remember: true, focus: true });
      else return;
      event.stopPropagation();
      return;
    }
    if (event.key !== "Enter" || composing || event.shiftKey) return;
    if (target.id === "question-box") send();
    else if (target.closest(".edit-form textarea")) act(target.closest(".edit-form").querySelector('[data-act="edit-send"]'));
    else if (target.id === "filter-source") addSource();
    else if (target.closest(".rename-form input")) saveName(target.closest("[data-conversation]"));
    else return;
    event.preventDefault();
  }, true);

  document.addEventListener("input", (event) => {
    if (!inRoom(event)) return;
    if (event.target.id === "question-box") grow(event.target);
    if (event.target.id === "conversations-search") refreshList();
  });

  document.addEventListener("change", (event) => {
    if (!inRoom(event)) return;
    if (event.target.id === "filter-source") addSource();
    else if (event.target.id.startsWith("filter-")) tellFilters();
  });

  document.addEventListener("toggle", (event) => {
    if (!inRoom(event)) return;
    if (event.target.id === "filters" && event.target.open) offerSources();
    if (event.target.matches("[data-found]")) alsoFound(event.target);
  }, true);

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target || !room) return;
    const hit = (selector) => target.closest(selector);
    let element;
    for (const open of room.querySelectorAll("details.more[open], #filters[open]")) if (!open.contains(target)) open.open = false;
    if (!room.contains(target)) return;
    if ((element = hit("[data-ask]"))) ask(element.dataset.ask);
    else if ((element = hit("[data-act]"))) act(element);
    else if (hit("#send")) send();
    else if (hit("#stop")) stop();
    else if (hit("#new")) {
      startOver();
      byId("question-box").focus();
    } else if (hit("#conversations-toggle")) toggleList(!listOpen(), { remember: true, focus: true });
    else if (hit("[data-list-retry]")) {
      refreshList();
      byId("conversations-search").focus();
    } else if ((element = hit("[data-rename]"))) startRename(element.closest("[data-conversation]"));
    else if ((element = hit("[data-rename-save]"))) saveName(element.closest("[data-conversation]"));
    else if ((element = hit("[data-delete]"))) remove(element);
    else if (hit("#filters-clear")) clearFilters();
    else if ((element = hit("[data-unfilter]"))) {
      filters.delete(element.dataset.unfilter);
      showSources();
      byId("filter-source").focus();
    } else if ((element = hit("#conversations-list a")) && element.hash === location.hash) {
      if (matchMedia(DRAWER).matches) toggleList(false);
      followAddress(); // it could not be read before: the address does not change, so no event comes
    }
  });

  addEventListener("hashchange", followAddress);

  // ---- beginning: Gradio puts the room into the page some time after it has loaded ---------------------------
  function begin() {
    const found = byId("ask-room");
    if (!found || found === room) return;
    room = found;
    shown = "";
    const kept = page.kept(LIST_KEY);
    if (matchMedia(WIDE).matches ? kept !== "closed" : false) toggleList(true);
    if (!followAddress()) startOver();
    if (!location.hash || location.hash === "#") byId("question-box").focus({ preventScroll: true });
  }
  new MutationObserver(begin).observe(root, { childList: true, subtree: true });
  begin();
})();
