// What the paper does not show, or shows and should not.
() => {
  const told = [];
  const shown = (element) => seen(element) && element.getBoundingClientRect().height > 1;
  for (const page of document.querySelectorAll("section.page")) {
    if (!shown(page)) told.push(`${named(page)} is not printed`);
  }
  for (const controls of document.querySelectorAll(".controls")) {
    if (seen(controls)) told.push(`${named(controls)} is printed: no button can be pressed on paper`);
  }
  const scenarios = [...document.querySelectorAll("section.scenario")];
  if (!scenarios.length) told.push("the page has no section.scenario");
  for (const scenario of scenarios) {
    const strips = [...scenario.querySelectorAll(".strip")].filter(shown);
    if (!strips.length) told.push(`${named(scenario)} has no .strip that is printed`);
    for (const strip of strips) {
      const panels = [...strip.querySelectorAll(".panel")].filter((panel) => shown(panel) && panel.getBoundingClientRect().width > 1);
      const steps = Math.min(...[...scenario.querySelectorAll("[data-steps]")].map((player) => Number(player.dataset.steps)));
      // With fewer steps there are fewer panels; the whole picture may be one more.
      const least = Math.min(4, steps);
      const most = Math.min(4, steps + 1);
      if (panels.length < least || panels.length > most) {
        told.push(`${named(strip)} prints ${panels.length} .panel, not ${least}`);
      }
    }
  }
  return told;
}
