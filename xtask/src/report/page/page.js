// Restyles what the page has already drawn: which section is shown, and how far each picture is uncovered. It draws nothing
// of its own but the words of the current step, which it copies out of the table.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const all = (where, what) => [...where.querySelectorAll(what)];
  const quoted = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const both = (en, uk) => `<span lang="en">${en}</span><span lang="uk">${uk}</span>`;
  const lang = () => (document.getElementById("lang-uk").checked ? "uk" : "en");

  let players = [];

  // What the reader chose stays, where the browser lets a file keep anything.
  const kept = (name, value) => {
    try { return value === undefined ? localStorage.getItem(name) : localStorage.setItem(name, value); } catch { return null; }
  };
  for (const name of ["lang", "theme"]) {
    const radios = all(document, `input[name=${name}]`);
    const chosen = radios.find((radio) => radio.id === kept(`async-kata.${name}`));
    if (chosen) chosen.checked = true;
    const use = () => { root.lang = lang(); };
    radios.forEach((radio) => radio.addEventListener("change", () => { kept(`async-kata.${name}`, radio.id); use(); say(); players.forEach((player) => player.draw()); }));
    use();
  }

  // One page at a time. Without a script, and on paper, they stand one after the other.
  const pages = all(document, "section.page");
  const show = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* a percent sign that is none: no page is called so */ }
    const target = document.getElementById(id) || pages[0];
    const page = target.closest("section.page") || pages[0];
    pages.forEach((one) => one.classList.toggle("on", one === page));
    all(document, ".bar nav a").forEach((link) => {
      if (link.hash === `#${page.id}`) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    });
    // After the browser's own jump to the fragment.
    requestAnimationFrame(() => { if (target === page) scrollTo(0, 0); else target.scrollIntoView(); });
    say();
  };
  const turnTo = () => {
    show();
    const heading = document.querySelector("section.page.on h1");
    if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
  };
  const say = () => {
    const name = document.querySelector("section.page.on h1");
    const text = name && (name.querySelector(`[lang=${lang()}]`) || name).textContent;
    document.title = text ? `${text} – async-kata` : "async-kata";
  };
  addEventListener("hashchange", turnTo);
  // The browser goes to the fragment by itself once all is there: afterwards the page is to stand at its top.
  addEventListener("load", show);
  show();

  // The players.
  const button = (what, glyph, en, uk, shown) => `<button type="button" data-do="${what}"><span aria-hidden="true">${glyph}</span> ` +
    (shown ? both(en, uk) : `<span class="sr">${both(en, uk)}</span>`) + "</button>";
  players = all(document, "[data-player]").map((stage, number) => {
    const controls = document.createElement("div");
    controls.className = "controls";
    controls.innerHTML = button("first", "|◀", "to the first step", "на перший крок") + button("back", "◀", "a step back", "крок назад") +
      button("step", "▶", "a step forward", "крок уперед") + button("last", "▶|", "to the last step", "на останній крок") +
      (stage.dataset.differs ? button("differs", "≠", "first difference", "перша відмінність", true) : "") +
      ("predicts" in stage.dataset ? button("predict", "?", "predict", "передбачити", true) : "") +
      `<label class="sr" for="player-${number}">${both("step", "крок")}</label>` +
      `<input type="range" id="player-${number}" min="0" max="${stage.dataset.steps}" value="0">` +
      `<output for="player-${number}"></output><span class="sr" aria-live="polite"></span>`;
    const panel = document.createElement("div");
    panel.className = "moment";
    stage.prepend(controls);
    controls.after(panel);
    const steps = Number(stage.dataset.steps);
    const slider = stage.querySelector("input[type=range]");
    const output = stage.querySelector("output");
    const aloud = stage.querySelector("[aria-live]");
    const box = stage.querySelector(".films");
    const now = stage.querySelector(".moment");
    const table = stage.querySelector("table.entries");
    const films = all(stage, ".film").map((film, nth) => {
      const picture = film.querySelector("svg[data-x]");
      const veil = document.createElementNS("http://www.w3.org/2000/svg", "path");
      veil.setAttribute("class", "veil");
      picture.append(veil);
      // A row without a number belongs to the step of the row before.
      const rows = new Map();
      let k = 0;
      for (const row of [...table.tBodies[nth].rows].slice(1)) {
        k = Number(row.cells[0].textContent) || k;
        rows.set(k, [...(rows.get(k) || []), row]);
      }
      return {
        picture, veil, rows,
        name: film.closest("figure").querySelector(".called").innerHTML,
        ends: picture.dataset.x.split(" ").filter(Boolean).map(Number),
        lanes: [...new Map([...table.tBodies[nth].rows].slice(1).map((row) => [row.cells[2].textContent, row.cells[2].className]))].filter(([name]) => name),
        twin: table.tHead.rows[0].cells.length === 9,
      };
    });
    const state = { k: 0, predicts: false, right: 0, asked: 0, answered: new Set() };
    const marks = all(stage.closest("section.page"), ".listing mark[data-k]");

    // The cells of a step: its task, what it says, and, from its last row, what there was then.
    const cells = (film, k) => {
      const rows = film.rows.get(k);
      if (!rows) return null;
      const column = (nth) => rows.map((row) => (row.cells[nth] ? row.cells[nth].innerHTML : "")).filter(Boolean).join(", ");
      const last = [...rows[rows.length - 1].cells].slice(film.twin ? 5 : 4);
      const [wakes, ready, around, timers] = ["", "", "", ""].map((none, nth) => last[nth] || { innerHTML: none, textContent: none });
      return { did: rows.map(({ cells }) => [cells[2], cells[3].innerHTML]), task: rows[0].cells[2], cpython: film.twin ? column(4) : "", wakes, ready, around, timers };
    };
    const veil = (film) => {
      const [right, high] = ["width", "height"].map((side) => Number(film.picture.getAttribute(side)));
      const whole = state.k === 0 && !state.predicts;
      const from = whole ? right : state.k === 0 ? 0 : (film.ends[Math.min(state.k, film.ends.length) - 1] ?? right);
      film.veil.setAttribute("d", from < right ? `M${from} 0H${right}V${high}H${from}z` : "M0 0");
      return from;
    };
    const told = (film, nth) => {
      const at = cells(film, state.k);
      let html = `<p class="whose">${film.name}</p>`;
      if (state.k > film.ends.length) return `${html}<p>${both("It is over.", "Усе скінчено.")}</p>`;
      if (at) {
        // Tasks that are dropped one after the other share a step.
        html += at.did.map(([task, told]) => `<p class="did"><b class="${task.className}">${task.innerHTML}</b>: ${told}</p>`).join("");
        html += "<dl>";
        const line = (en, uk, what) => { html += `<div><dt>${both(en, uk)}</dt><dd>${what || "–"}</dd></div>`; };
        if (at.cpython && at.cpython.replaceAll(", =", "") !== "=") line("CPython", "CPython", at.cpython);
        if (!state.predicts) line("can go on next", "далі можуть іти", at.ready.innerHTML);
        line("lock: owner ← in line; who → waits for", "м’ютекс: власник ← черга; хто → на кого чекає", at.around.innerHTML);
        if (at.timers.innerHTML) line("timers, ms", "таймери, мс", at.timers.innerHTML);
        if (at.wakes.innerHTML) line("wakes (+ starts)", "будить (+ створює)", at.wakes.innerHTML);
        html += "</dl>";
      }
      if (state.predicts && asked(film, nth)) {
        const names = [...film.lanes, ["", ""]];
        const buttons = names.map(([name, colour]) => `<button type="button" class="${colour}" data-pick="${nth}" data-name="${quoted(name)}">${name ? quoted(name) : both("nobody", "ніхто")}</button>`);
        html += `<p class="ask">${both("Who goes on next? Who was ready first comes first.", "Хто піде далі? Хто перший став готовий, той перший і йде.")} ${buttons.join(" ")}</p>`;
      }
      return html;
    };
    // The question of a step: it has an answer as long as the story goes on, and at its end the answer is nobody.
    const asked = (film, nth) => state.k <= film.ends.length && !state.answered.has(`${nth}:${state.k}`) && !isOver(film);
    const isOver = (film) => state.k > 0 && state.k === film.ends.length;
    const answer = (film) => {
      if (state.k === 0) return film.lanes[0][0];
      const ready = cells(film, state.k).ready;
      return ready.textContent && all(ready, "b").length ? cells(film, state.k + 1)?.task.textContent ?? "" : "";
    };
    const asks = () => films.some(asked);
    const draw = (verdict = "") => {
      stage.dataset.step = state.k;
      stage.classList.toggle("predicts", state.predicts);
      stage.querySelector("[data-do=predict]")?.setAttribute("aria-pressed", state.predicts);
      slider.value = state.k;
      const whole = state.k === 0 && !state.predicts;
      const where = state.k === 0 ? (state.predicts ? both("before the first step", "перед першим кроком") : both("the whole picture", "уся діаграма"))
        : both(`step ${state.k} of ${steps}`, `крок ${state.k} з ${steps}`);
      const score = state.predicts && state.asked ? ` · ${both(`right: ${state.right} of ${state.asked}`, `правильно: ${state.right} з ${state.asked}`)}` : "";
      output.innerHTML = where + score;
      const edges = films.map(veil);
      films.forEach((film) => film.rows.forEach((rows, k) => rows.forEach((row) => {
        row.classList.toggle("now", k === state.k);
        row.classList.toggle("later", state.predicts && k > state.k);
      })));
      const first = stage.id.endsWith(".stage");
      marks.forEach((mark) => mark.classList.toggle("now", first && !whole && mark.dataset.k.split(" ").some((at) => at.endsWith(`:${state.k}`))));
      const here = (node) => [...node.querySelectorAll(`[lang=${lang() === "en" ? "uk" : "en"}]`)].forEach((other) => other.remove());
      now.innerHTML = whole ? "" : `${verdict}${films.map((film, nth) => `<section>${told(film, nth)}</section>`).join("")}`;
      // Aloud: where, and what the first line of each film says, in the language of now alone.
      const words = document.createElement("div");
      words.innerHTML = `${where}${score}. ${verdict} ${all(now, ".did").map((did) => did.innerHTML).join("; ")}`;
      here(words);
      aloud.textContent = words.textContent;
      const at = document.createElement("div");
      at.innerHTML = where;
      here(at);
      slider.setAttribute("aria-valuetext", at.textContent);
      if (!whole && state.k > 0) {
        const edge = Math.min(...edges);
        const names = box.querySelector(".names").getBoundingClientRect().width;
        if (edge + names > box.scrollLeft + box.clientWidth - 24 || edge < box.scrollLeft + 24) box.scrollLeft = Math.max(0, edge + names - box.clientWidth * 0.6);
      } else box.scrollLeft = 0;
    };
    const go = (k) => { state.k = Math.max(0, Math.min(steps, k)); draw(); };
    const act = {
      first: () => go(1), back: () => go(state.k - 1), step: () => go(state.k + 1), last: () => go(steps),
      differs: () => go(Number(stage.dataset.differs)),
      predict: () => {
        Object.assign(state, { predicts: !state.predicts, k: 0, right: 0, asked: 0, answered: new Set() });
        draw();
      },
    };
    stage.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button || !stage.contains(button)) return;
      if (button.dataset.do) return act[button.dataset.do]();
      if (button.dataset.pick === undefined) return;
      const nth = Number(button.dataset.pick);
      const is = answer(films[nth]);
      const right = is === button.dataset.name;
      state.asked += 1;
      state.right += right;
      state.answered.add(`${nth}:${state.k}`);
      const named = is ? `<b>${quoted(is)}</b>` : `<b>${both("nobody", "ніхто")}</b>`;
      const verdict = `<p class="${right ? "passes" : "fails"}"><b aria-hidden="true">${right ? "✓" : "✗"}</b> ${both(`Step ${state.k + 1} of`, `Крок ${state.k + 1} у`)} ${films[nth].name}: ${right ? "" : both("it was ", "був хід ")}${named}</p>`;
      if (!asks()) state.k = Math.min(steps, state.k + 1);
      draw(verdict);
      (now.querySelector("button") || slider).focus();
    });
    slider.addEventListener("input", () => go(Number(slider.value)));
    const keys = { ArrowRight: "step", ArrowLeft: "back", Home: "first", End: "last" };
    const key = (event) => {
      const what = keys[event.key];
      if (!what || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      act[what]();
    };
    stage.addEventListener("keydown", (event) => { if (!event.target.closest(".scroll")) key(event); });
    draw();
    return { stage, key, draw };
  });
  // With the focus nowhere, the keys drive the first player of the page that is shown.
  document.addEventListener("keydown", (event) => {
    if (event.target !== document.body) return;
    const player = players.find(({ stage }) => stage.closest("section.page").classList.contains("on"));
    if (player) player.key(event);
  });
})();
