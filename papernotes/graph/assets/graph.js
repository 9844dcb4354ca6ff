"use strict";
// Moves, searches and filters the picture that is there; without this it is a picture with links.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const [X, Y, R, NAME, TITLE, ABOUT, KIND, YEAR, TAGS, PAGE, FILE, PAPER] = Array(12).keys();
  const { nodes, edges } = data;
  const find = (id) => document.getElementById(id);
  const svg = find("graph");
  const shapes = [...svg.querySelector(".nodes").children];
  const lines = ["links", "cites", "about"].map((kind) => svg.querySelector("." + kind));
  const labels = svg.querySelector(".labels");
  const make = (name, parent, values = {}) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in values) made.setAttribute(key, values[key]);
    parent.append(made);
    return made;
  };
  const bright = make("path", svg, { class: "bright" });
  svg.insertBefore(bright, svg.querySelector(".nodes"));
  const out = nodes.map(() => []), back = nodes.map(() => []);
  edges.forEach(([from, to]) => { out[from].push(to); back[to].push(from); });
  const near = nodes.map((_, n) => new Set([...out[n], ...back[n]]));
  const order = [...nodes.keys()].sort((a, b) => near[b].size - near[a].size || a - b);
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = nodes.map((n) =>
    plain([n[NAME], n[TITLE], n[ABOUT], ...n[TAGS].map((t) => data.tags[t])].join(" ")));
  const shown = nodes.map(() => true);
  let picked = -1, hovered = -1, matches = null;

  // the part of the plane that is seen
  const whole = data.box.slice();
  let view = whole.slice();
  const scale = () => Math.min(svg.clientWidth / view[2], svg.clientHeight / view[3]) || 1;
  const point = (event) => {
    const place = new DOMPoint(event.clientX, event.clientY);
    return place.matrixTransform(svg.getScreenCTM().inverse());
  };
  // drawing anew is slow where there is much: then the drawn picture is moved as it is until a rest
  const isLarge = nodes.length > 2000;
  let drawn = view, resting = 0, waiting = false;
  const frame = () => svg.setAttribute("viewBox", view.map((v) => v.toFixed(1)).join(" "));
  const rest = () => {
    drawn = view;
    svg.style.transform = "";
    frame();
    label();
  };
  const middle = (box) => [box[0] + box[2] / 2, box[1] + box[3] / 2];
  const look = (next) => {
    view = next;
    if (isLarge) {
      const k = scale(), [x, y] = middle(view), [oldX, oldY] = middle(drawn);
      svg.style.transform =
        `translate(${(oldX - x) * k}px, ${(oldY - y) * k}px) scale(${drawn[2] / view[2]})`;
      clearTimeout(resting);
      resting = setTimeout(rest, 160);
      return;
    }
    frame();
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; label(); });
  };
  const zoom = (by, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) => {
    const width = Math.min(Math.max(view[2] / by, 60), whole[2] * 3);
    const real = view[2] / width;
    look([x - (x - view[0]) / real, y - (y - view[1]) / real, width, view[3] / real]);
  };
  const fit = () => look(whole.slice());

  // names of what has most links, as many as there is room for
  const columns = (text) => [...text].reduce((sum, char) => sum + (char < "\u1100" ? 1 : 2), 0);
  const long = nodes.map((node) => columns(node[NAME]));
  const disc = ([x, y, far]) => [x - far, x + far, y - far, y + far];
  const overlap = (a, b) => a[0] < b[1] && b[0] < a[1] && a[2] < b[3] && b[2] < a[3];
  const label = () => {
    const k = scale(), high = 13 / k;
    const wide = svg.clientWidth / k, tall = svg.clientHeight / k, [midX, midY] = middle(view);
    const left = midX - wide / 2, right = left + wide, top = midY - tall / 2, low = top + tall;
    const isSeen = (n) => shown[n] && nodes[n][X] > left && nodes[n][X] < right && nodes[n][Y] > top && nodes[n][Y] < low;
    labels.replaceChildren();
    labels.setAttribute("font-size", high.toFixed(2));
    labels.setAttribute("stroke-width", (3 / k).toFixed(2));
    const first = [picked, hovered].filter((n) => n >= 0);
    const now = current();
    const found = matches ? order.filter((n) => matches.has(n)) : order;
    const wanted = [...new Set([...first, ...(now < 0 ? found : near[now]), ...(matches ? found : [])])].filter(isSeen);
    const all = order.filter(isSeen);
    const isSparse = all.length <= 150;
    const taken = isSparse ? all.map((n) => disc(nodes[n])) : [];
    let count = 0;
    for (const n of wanted) {
      if (count > 70 || taken.length > 600) break;
      if (now < 0 && !matches && count > 7 && nodes.length > 60 && nodes[n][R] * k < 4) continue;
      const [x, y, far] = nodes[n], half = 0.29 * high * long[n];
      const below = y + far + high, above = y - far - 0.4 * high, level = y + 0.35 * high;
      const aside = far + 0.3 * high, askew = far - 0.3 * high;
      const spots = [[x, below, "middle"], [x, above, "middle"], [x + aside, level, "start"], [x - aside, level, "end"],
        [x + askew, below, "start"], [x - askew, below, "end"], [x + askew, above, "start"], [x - askew, above, "end"]];
      const boxOf = ([at, line, anchor]) => {
        const from = at - half * { start: 0, middle: 1, end: 2 }[anchor];
        return [from, from + 2 * half, line - 0.9 * high, line + 0.3 * high];
      };
      const fits = (box) => box[0] > left && box[1] < right && !taken.some((other) => overlap(box, other));
      const spot = spots.slice(0, isSparse ? 8 : 2).find((each) => fits(boxOf(each))) || (first.includes(n) && spots[0]);
      if (spot) {
        taken.push(boxOf(spot));
        count += 1;
        const text = make("text", labels, { x: spot[0].toFixed(1), y: spot[1].toFixed(1), "text-anchor": spot[2] });
        text.textContent = nodes[n][NAME];
      }
      if (!isSparse) taken.push(disc(nodes[n]));
    }
  };

  // what stands out
  const current = () => (hovered >= 0 ? hovered : picked);
  let lit = new Set();
  const light = () => {
    const now = current();
    svg.classList.toggle("dim", matches !== null || (isLarge ? picked : now) >= 0);
    const bold = new Set(now >= 0 ? [now, ...near[now]] : matches || []);
    for (const n of lit) if (!bold.has(n)) shapes[n].classList.remove("near");
    for (const n of bold) shapes[n].classList.add("near");
    lit = bold;
    const to = now < 0 ? [] : [...near[now]].filter((n) => shown[n] && shown[now]);
    bright.setAttribute("d", to.map((n) => `M${nodes[now][X]} ${nodes[now][Y]}L${nodes[n][X]} ${nodes[n][Y]}`).join(""));
    label();
  };
  const button = (n) => {
    const item = document.createElement("li"), made = document.createElement("button");
    made.type = "button";
    made.textContent = nodes[n][TITLE];
    made.addEventListener("click", () => pick(n, true));
    item.append(made);
    return item;
  };
  const link = (href, text) => {
    const made = document.createElement("a");
    made.href = href;
    made.textContent = text;
    return made;
  };
  const tell = () => {
    const box = find("chosen");
    box.hidden = picked < 0;
    if (picked < 0) return;
    const node = nodes[picked];
    find("title").textContent = node[TITLE];
    find("facts").textContent = [node[ABOUT], ...node[TAGS].map((t) => "#" + data.tags[t])].filter(Boolean).join(" · ");
    const places = find("places");
    places.replaceChildren();
    if (node[PAGE]) places.append(link(node[PAGE], node[PAPER] ? "Page of the paper" : "Page"));
    if (node[PAGE] && node[FILE]) places.append(" · ");
    if (node[FILE]) places.append(link(node[FILE], node[FILE].endsWith(".bib") ? "Entry" : "Note"));
    for (const [id, list] of [["out", out[picked]], ["back", back[picked]]]) {
      find(id).replaceChildren(...list.filter((n) => shown[n]).map(button));
      find(id + "-head").hidden = !find(id).children.length;
    }
  };
  const seen = (n) => {
    const [x, y] = nodes[n];
    if (x < view[0] || x > view[0] + view[2] || y < view[1] || y > view[1] + view[3]) {
      look([x - view[2] / 2, y - view[3] / 2, view[2], view[3]]);
    }
  };
  const pick = (n, moves) => {
    if (picked >= 0) {
      shapes[picked].setAttribute("tabindex", "-1");
      shapes[picked].classList.remove("picked");
    }
    picked = n;
    hovered = -1;
    if (n >= 0) {
      shapes[n].setAttribute("tabindex", "0");
      shapes[n].classList.add("picked");
      if (moves) { seen(n); shapes[n].focus({ preventScroll: true }); }
    }
    tell();
    light();
  };

  // what is shown at all
  const filter = () => {
    const kinds = new Set([...document.querySelectorAll("#kinds input:checked")].map((box) => box.value));
    const tag = find("tag").value, from = +find("from").value || -1e9, to = +find("to").value || 1e9;
    nodes.forEach((node, n) => {
      const fits = !node[YEAR] || (node[YEAR] >= from && node[YEAR] <= to);
      shown[n] = fits && kinds.has(node[KIND]) && (tag === "" || node[TAGS].includes(+tag));
      shapes[n].classList.toggle("off", !shown[n]);
    });
    lines.forEach((line, kind) => line.setAttribute("d", edges
      .filter(([a, b, k]) => k === kind && shown[a] && shown[b])
      .map(([a, b]) => `M${nodes[a][X]} ${nodes[a][Y]}L${nodes[b][X]} ${nodes[b][Y]}`).join("")));
    if (picked >= 0 && !shown[picked]) pick(-1);
    find("said").textContent = `${shown.filter(Boolean).length} of ${nodes.length} shown`;
    tell();
    search();
  };
  const search = () => {
    const asked = plain(find("search").value).split(/\s+/).filter(Boolean);
    const hits = asked.length ? order.filter((n) => shown[n] && asked.every((word) => words[n].includes(word))) : null;
    matches = hits && new Set(hits);
    find("found").replaceChildren(...(hits || []).slice(0, 8).map(button));
    find("hits").textContent = hits ? `${hits.length} found` : "";
    light();
  };
  const recolour = () => {
    const by = data.colours[find("by").value];
    shapes.forEach((shape, n) => {
      for (let c = 0; c <= 8; c++) shape.classList.toggle("c" + c, by.of[n] === c);
    });
    find("key").replaceChildren(...by.legend.map(([colour, name, count]) => {
      const item = document.createElement("li");
      const mark = make("svg", item, { viewBox: "0 0 10 10", "aria-hidden": "true" });
      const isSquare = find("by").value === "kind" && name !== "paper";
      make("rect", mark, { class: "c" + colour, width: 10, height: 10, rx: isSquare ? 2 : 5 });
      const number = document.createElement("span");
      number.className = "count";
      number.textContent = count;
      item.append(name + " ", number);
      return item;
    }));
  };

  // pointers and keys
  const numbers = new Map(shapes.map((shape, n) => [shape, n]));
  const at = (event) => {
    const shape = event.target.closest && event.target.closest(".nodes > *");
    return shape ? numbers.get(shape) : -1;
  };
  const fingers = new Map();
  let moved = false;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    moved = false;
  });
  svg.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) {
      if (event.pointerType === "mouse") hover(at(event));
      return;
    }
    const before = fingers.get(event.pointerId), now = [event.clientX, event.clientY];
    const dx = now[0] - before[0], dy = now[1] - before[1];
    if (!moved && Math.hypot(dx, dy) < 4) return;
    moved = true;
    if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
    const k = scale();
    if (fingers.size === 1) {
      look([view[0] - dx / k, view[1] - dy / k, view[2], view[3]]);
    } else {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const far = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]) || 1;
      const place = point({ clientX: (now[0] + other[0]) / 2, clientY: (now[1] + other[1]) / 2 });
      zoom(far(now) / far(before), place.x, place.y);
    }
    fingers.set(event.pointerId, now);
  });
  const lift = (event) => fingers.delete(event.pointerId);
  svg.addEventListener("pointerup", lift);
  svg.addEventListener("pointercancel", lift);
  const hover = (n) => {
    if (n === hovered) return;
    hovered = n;
    light();
  };
  svg.addEventListener("pointerleave", () => hover(-1));
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.detail === 0) return;
    event.preventDefault();
    if (!moved) pick(at(event));
  });
  svg.addEventListener("dblclick", (event) => {
    const n = at(event);
    if (n >= 0 && shapes[n].href) location.href = shapes[n].href.baseVal;
  });
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const place = point(event);
    zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), place.x, place.y);
  }, { passive: false });
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const step = ([dx, dy]) => {
    const from = picked >= 0 ? picked : order.find((n) => shown[n]);
    if (from === undefined || picked < 0) return from;
    let best = -1, least = Infinity;
    nodes.forEach((node, n) => {
      const x = node[X] - nodes[from][X], y = node[Y] - nodes[from][Y];
      const along = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      const cost = along + 2 * aside - (near[from].has(n) ? 30 : 0);
      if (shown[n] && along > 0 && aside <= 2 * along && cost < least) [best, least] = [n, cost];
    });
    return best < 0 ? from : best;
  };
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ways) pick(step(ways[event.key]) ?? -1, true);
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  svg.addEventListener("focusin", (event) => {
    const n = at(event);
    if (n >= 0 && n !== picked && event.target.matches(":focus-visible")) pick(n);
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, select");
    if (event.key === "Escape") {
      find("search").value = "";
      search();
      pick(-1);
    } else if (event.key === "/" && !isTyping) {
      event.preventDefault();
      find("search").focus();
    }
  });
  find("search").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && find("found").firstChild) find("found").firstChild.firstChild.click();
  });
  find("search").addEventListener("input", search);
  find("by").addEventListener("change", recolour);
  find("filters").addEventListener("input", filter);
  find("in").addEventListener("click", () => zoom(1.3));
  find("less").addEventListener("click", () => zoom(1 / 1.3));
  find("fit").addEventListener("click", fit);
  new ResizeObserver(label).observe(svg);

  document.body.classList.add("live");
  document.body.classList.toggle("large", isLarge);
  document.querySelectorAll("[data-live]").forEach((part) => { part.hidden = false; });
  shapes.forEach((shape) => shape.setAttribute("tabindex", "-1"));
  if (order.length) shapes[order[0]].setAttribute("tabindex", "0");
  label();
  if (data.around >= 0) pick(data.around);
})();
