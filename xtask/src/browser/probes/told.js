// What a player shows, held against the table that it takes it from: step by step, at its first difference, and when the reader
// predicts, once all right and once all wrong.
async (nth) => {
  const stage = player(nth);
  const table = stage.querySelector("table.entries");
  if (!stage.querySelector(".films")) return [];
  if (!table) return ["it has no table of its steps"];
  const told = [];
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  const click = async (what) => {
    stage.querySelector(`[data-do=${what}]`).click();
    await frames();
  };
  const now = () => Number(stage.dataset.step);
  const n = Number(stage.dataset.steps);
  const twin = table.tHead.rows[0].cells.length === 9;
  const pictures = [...stage.querySelectorAll("svg[data-x]")];
  const films = [...table.tBodies].map((body, at) => {
    const rows = new Map();
    let k = 0;
    for (const row of [...body.rows].slice(1)) {
      k = Number(row.cells[0].textContent) || k;
      rows.set(k, [...(rows.get(k) ?? []), row]);
    }
    return { rows, ends: pictures[at].dataset.x.split(" ").filter(Boolean).map(Number), picture: pictures[at] };
  });
  const sections = () => [...stage.querySelectorAll(".moment section")];

  await click("first");
  for (let k = 1; k <= n; k += 1) {
    if (now() !== k) return [`after ${k} steps it says that it is at ${now()}`];
    for (const [at, { rows, ends, picture }] of films.entries()) {
      const shown = plain(sections()[at]?.textContent ?? "");
      for (const row of rows.get(k) ?? []) {
        const last = [...row.cells].slice(twin ? 5 : 4);
        for (const cell of [row.cells[2], row.cells[3], ...last.slice(1, 3)]) {
          const wanted = plain(cell?.textContent ?? "");
          if (wanted && wanted !== "–" && !shown.includes(wanted)) told.push(`step ${k}, film ${at + 1} does not say "${short(wanted)}"`);
        }
      }
      const veil = picture.querySelector(".veil")?.getAttribute("d") ?? "";
      const covers = veil.match(/^M(\d+) 0H/)?.[1];
      const wanted = k < ends.length ? String(ends[k - 1]) : undefined;
      if (covers !== wanted) told.push(`step ${k}, film ${at + 1} is covered from ${covers}, not from ${wanted}`);
    }
    if (k < n) await click("step");
  }
  if (stage.dataset.differs) {
    await click("differs");
    if (now() !== Number(stage.dataset.differs)) told.push(`the first difference leads to ${now()}`);
  }
  if (!stage.querySelector("[data-do=predict]")) return told;
  for (const rightly of [true, false]) {
    await click("predict");
    let asked = 0;
    for (let button; (button = stage.querySelector("[data-pick]")) && asked < 500; asked += 1) {
      const { rows } = films[Number(button.dataset.pick)];
      const k = now();
      const last = (rows.get(k) ?? []).at(-1);
      const next = rows.get(k + 1)?.[0].cells[2].textContent ?? "";
      const ready = last ? last.cells[twin ? 6 : 5]?.querySelectorAll("b").length : 1;
      const answer = ready ? next : "";
      const choices = [...button.parentNode.querySelectorAll("[data-pick]")];
      const pick = choices.find((choice) => (choice.dataset.name === answer) === rightly);
      if (!pick || pick.disabled) return [...told, `step ${k} cannot be answered ${rightly ? "rightly" : "wrongly"}`];
      pick.click();
      await frames();
      const sign = plain(stage.querySelector(".moment > p")?.textContent ?? "");
      if (!sign.startsWith(rightly ? "✓" : "✗")) told.push(`step ${k}: the ${rightly ? "right" : "wrong"} answer is told "${short(sign)}"`);
    }
    if (now() !== n) told.push(`predicting ends at step ${now()} of ${n}`);
    const score = plain(stage.querySelector("output").textContent);
    const wanted = `${rightly ? asked : 0} of ${asked}`;
    if (!asked || !score.includes(wanted)) told.push(`after ${asked} answers the score is "${short(score)}"`);
    await click("predict");
  }
  return told;
}
