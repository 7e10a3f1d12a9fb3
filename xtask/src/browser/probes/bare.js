// What is lost without script: pages, and what is folded away. Works without script itself, so it cannot wait.
() => {
  const told = [];
  const pages = [...document.querySelectorAll("section.page")];
  if (!pages.length) told.push("the page has no section.page");
  for (const page of pages) if (!seen(page)) told.push(`${named(page)} is not seen`);
  for (const details of document.querySelectorAll("details:not([open])")) {
    const summary = details.querySelector(":scope > summary");
    if (!summary || !seen(summary)) {
      told.push(`${named(details)} is closed, and its summary is not seen`);
    } else {
      // A click by script is a click even on what a reader cannot hit.
      summary.scrollIntoView({ block: "center", behavior: "instant" });
      const { left, right, top, bottom } = summary.getBoundingClientRect();
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (summary.contains(hit)) summary.click();
      if (!details.open) told.push(`${named(details)} does not open: a click hits ${hit ? named(hit) : "nothing"}`);
    }
  }
  const excuse = /(needs?|requires?|enable|without|turn on)\s+(a\s+)?(java)?script|(потріб\S*|увімкн\S*|без)\s+(java)?(script|скрипт)/i;
  for (const [node, element] of texts()) {
    if (excuse.test(node.data)) told.push(`${named(element)} makes an excuse: "${short(node.data)}"`);
  }
  for (const excused of document.querySelectorAll("noscript")) {
    if (seen(excused) && excuse.test(excused.textContent)) told.push(`${named(excused)} makes an excuse: "${short(excused.textContent)}"`);
  }
  return told;
}
