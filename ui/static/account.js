// The signed-in user's name in the masthead, and the way out; on a server without accounts nothing.
(() => {
  "use strict";
  const base = new URL("../../", document.currentScript.src); // the server's own root, behind any proxy
  const words = {
    ja: { out: "サインアウト", account: "アカウント" },
    en: { out: "Sign out", account: "Account" },
  }[document.documentElement.lang === "en" ? "en" : "ja"];
  const name = document.documentElement.dataset.viewer || "";
  if (!name) return;

  async function signOut() {
    await fetch(new URL("ui/sign-out", base), { method: "POST" }).catch(() => null);
    location.reload(); // the server leads to the sign-in page
  }

  function show() {
    const tools = document.querySelector(".masthead-tools");
    if (!tools || tools.querySelector("[data-account]")) return;
    const account = document.createElement("a");
    account.className = "tool";
    account.dataset.account = "";
    account.href = new URL(`ui/account?lang=${document.documentElement.lang}`, base);
    account.title = words.account;
    account.textContent = name;
    const out = document.createElement("button");
    out.type = "button";
    out.className = "tool";
    out.textContent = words.out;
    out.addEventListener("click", signOut);
    tools.append(account, out);
  }

  // Gradio draws the masthead when it likes, and again when it must.
  new MutationObserver(show).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden) return;
    const reply = await fetch(new URL("ui/whoami", base)).catch(() => null);
    if (reply && reply.status === 401) location.reload(); // the session has ended meanwhile
  });
})();
