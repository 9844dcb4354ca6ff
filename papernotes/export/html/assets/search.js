// Looks words up in the index that index.js assigns. Nothing leaves the page.
"use strict";
(() => {
  const index = window.papernotesIndex || [];
  const form = document.getElementById("p:search");
  const query = document.getElementById("p:query");
  const count = document.getElementById("p:count");
  const results = document.getElementById("p:results");
  const root = form.dataset.root;
  const letters = { "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i" };
  const most = 50;

  const fold = (text) =>
    text.toLowerCase().replace(/[ßøłđæœı]/g, (letter) => letters[letter])
      .normalize("NFKD").replace(/\p{M}/gu, "");
  const words = (text) => fold(text).match(/[\p{L}\p{N}_]+/gu) || [];
  const spaced = (text) => " " + words(text).join(" ") + " ";

  const records = index.map((post) => ({
    post,
    fields: [
      [spaced(post.t), 10],
      [spaced(post.g.join(" ")), 6],
      [spaced(post.x), 4],
      [spaced(post.s + " " + post.k), 3],
      [" " + post.w + " ", 1],
    ],
  }));

  // Scripts written without spaces are found anywhere, all others at the beginning of a word.
  const unspaced = /[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]/;

  const score = (record, terms) => {
    let sum = 0;
    for (const term of terms) {
      let best = 0;
      const start = unspaced.test(term) ? term : " " + term;
      for (const [text, weight] of record.fields) {
        if (text.includes(start)) {
          best = Math.max(best, text.includes(start + " ") ? weight * 2 : weight);
        }
      }
      if (!best) return 0;
      sum += best;
    }
    return sum;
  };

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const entry = (post) => {
    const item = element("li");
    const box = element("article", "", "entry");
    const meta = element("p", "", "entry-meta");
    const day = element("time", post.n);
    day.dateTime = post.d;
    meta.append(day, " · " + post.k);
    const title = element("h2", "", "entry-title");
    const link = element("a", post.t);
    link.href = root + post.u.split("/").map(encodeURIComponent).join("/");
    title.append(link);
    box.append(meta, title);
    if (post.s) box.append(element("p", post.s, "entry-text"));
    item.append(box);
    return item;
  };

  const show = () => {
    const terms = words(query.value);
    const found = terms.length
      ? records.map((record) => [score(record, terms), record.post])
        .filter(([points]) => points)
        .sort((a, b) => b[0] - a[0])
      : [];
    results.replaceChildren(...found.slice(0, most).map(([, post]) => entry(post)));
    results.hidden = !found.length;
    count.textContent = !terms.length ? ""
      : found.length === 1 ? "1 post" : found.length > most
        ? `${found.length} posts, the best ${most} shown` : `${found.length || "No"} posts`;
  };

  const remember = () => {
    history.replaceState(null, "", query.value ? "#q=" + encodeURIComponent(query.value) : "#");
  };
  const recall = () => {
    const said = /^#q=(.*)$/.exec(location.hash);
    if (!said) return;
    try {
      query.value = decodeURIComponent(said[1].replace(/\+/g, " "));
    } catch {
      query.value = said[1];
    }
    show();
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  query.addEventListener("input", () => { show(); remember(); });
  window.addEventListener("hashchange", recall);
  recall();
  query.focus();
})();
