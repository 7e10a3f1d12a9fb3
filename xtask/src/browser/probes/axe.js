// What axe finds wrong in what is seen now: in the whole page, or in one player of it.
async (nth) => {
  const part = nth === null ? document : player(nth);
  // Pages that are not shown are looked at when they are. Taken out meanwhile, for axe asks every element of the document.
  const hidden = [...document.querySelectorAll("section.page")].filter((page) => getComputedStyle(page).display === "none");
  const places = hidden.map((page) => {
    const place = document.createComment("");
    page.replaceWith(place);
    return place;
  });
  let found;
  try {
    found = await axe.run(part, {
      runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
      resultTypes: ["violations"],
      preload: false, // it would ask the network for style sheets
    });
  } finally {
    places.forEach((place, nth) => place.replaceWith(hidden[nth]));
  }
  return found.violations.map((violation) => {
    const nodes = violation.nodes.slice(0, 3).map((node) => {
      const why = [...node.any, ...node.all, ...node.none].map((check) => check.message)[0] ?? "";
      return `\n${node.target.flat().join(" ")}: ${short(node.html, 140)}\n  ${short(why, 200)}`;
    });
    const more = violation.nodes.length > 3 ? `\nand ${violation.nodes.length - 3} more` : "";
    return `${violation.id}: ${violation.help}${nodes.join("")}${more}`;
  });
}
