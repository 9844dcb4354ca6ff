// Search as you type, keys, copying, and reloading when a note changes. Pages work without it.
"use strict";
(() => {
  const query = document.getElementById("p:query");

  // --- what is said when papernotes has ended -------------------------------------------------

  function tell(text) {
    let bar = document.querySelector(".gone");
    if (!bar) {
      bar = document.createElement("p");
      bar.className = "gone";
      bar.setAttribute("role", "status");
      document.body.append(bar);
    }
    bar.textContent = text;
    bar.hidden = text === "";
  }

  // --- search as you type ---------------------------------------------------------------------

  const live = document.querySelector("form[data-live]");
  if (live) {
    const sort = document.getElementById("p:sort");
    const count = document.getElementById("p:count");
    const results = document.getElementById("p:results");
    const facets = document.getElementById("p:facets");
    let shown = query.value.trim();
    let asking = false;
    let waiting = 0;
    let resting = 0;

    const address = () => {
      const asked = new URLSearchParams();
      if (query.value.trim()) asked.set("q", query.value.trim());
      if (sort.value) asked.set("sort", sort.value);
      if (asked.has("q") && query.selectionEnd === query.value.length) asked.set("typed", "1");
      return asked;
    };

    async function part(name, asked) {
      asked.set("part", name);
      const answer = await fetch("/?" + asked, { cache: "no-store" });
      if (answer.status === 403) location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      tell("");
      return answer.text();
    }

    // Only one question is under way: while it is, the last that was typed waits.
    async function ask() {
      const text = query.value.trim();
      if (asking || text === shown) return;
      asking = true;
      try {
        const asked = address();
        results.innerHTML = await part("results", asked);
        count.textContent = results.firstElementChild.dataset.said;
        shown = text;
        asked.delete("part");
        history.replaceState(null, "", asked.size ? "/?" + asked : "/");
        clearTimeout(resting);
        resting = setTimeout(narrow, 600);
      } catch {
        tell("papernotes does not answer: has it ended?");
        shown = text;
      }
      asking = false;
      if (query.value.trim() !== shown) ask();
    }

    async function narrow() {
      if (asking || query.value.trim() !== shown) return;
      const asked = address();
      const found = await part("facets", asked).catch(() => null);
      if (found !== null && query.value.trim() === shown) facets.innerHTML = found;
    }

    query.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, 80);
    });
    sort.addEventListener("change", () => live.requestSubmit());
  }

  // --- keys -------------------------------------------------------------------------------------

  const isTyping = (at) => at.matches("input, textarea, select, [contenteditable]");

  function go(step) {
    const links = [...document.querySelectorAll(".entry-title a")];
    if (!links.length) return false;
    const at = links.findIndex((link) => link.closest("li").contains(document.activeElement));
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
    const link = links[Math.max(0, Math.min(next, links.length - 1))];
    link.focus({ preventScroll: true });
    link.closest("li").scrollIntoView({ block: "nearest" });
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (event.key === "Escape" && document.activeElement === query) {
      event.preventDefault(); // a browser would empty it
      query.blur();
      return;
    }
    if (event.key === "ArrowDown" && document.activeElement === query && live) {
      if (go(1)) event.preventDefault();
      return;
    }
    if (isTyping(event.target)) return;
    if (event.key === "/" && query) {
      event.preventDefault();
      query.focus();
      query.select();
    } else if (event.key === "j" || event.key === "k") {
      if (go(event.key === "j" ? 1 : -1)) event.preventDefault();
    }
  });

  // --- what is like it takes a while to find: the page is there before it ----------------------

  const later = document.querySelector("a[data-later]");
  async function showLike() {
    const answer = await fetch(later.href, { cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("[data-alike]");
    if (found) later.parentElement.replaceWith(document.adoptNode(found));
    else later.closest("section").remove();
  }
  if (later) showLike().catch(() => {}); // the link is still there

  // --- copying ----------------------------------------------------------------------------------

  if (navigator.clipboard) {
    for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;
    document.addEventListener("click", async (event) => {
      const button = event.target.closest("button[data-copy]");
      if (!button) return;
      const name = button.firstChild;
      const before = "Copy";
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        name.textContent = "Copied";
      } catch {
        name.textContent = "Not copied";
      }
      setTimeout(() => { name.textContent = before; }, 1500);
    });
  }

  // --- reloading --------------------------------------------------------------------------------

  const watched = document.querySelector("[data-events]");
  let events = null;

  function listen() {
    if (!watched || events || document.hidden) return;
    events = new EventSource(watched.dataset.events);
    events.onmessage = () => location.reload();
    events.onopen = () => tell("");
    events.onerror = () => tell("papernotes does not answer: has it ended?");
  }

  // A browser opens few connections to one server: a page that is not seen gives its own back.
  function leave() {
    if (events) events.close();
    events = null;
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : listen()));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", listen);
  listen();
})();
