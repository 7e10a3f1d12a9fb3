// Every player: how it is named, on which page it stands, how many steps it has; and marks what takes its keys.
() => [...document.querySelectorAll("[data-player]")].map((player, nth) => {
  const stage = player.querySelector("input[type=range], [role=slider]") ?? player.querySelector('[tabindex="0"]') ?? player;
  stage.setAttribute("data-probed", nth);
  const number = (name) => (/^\d+$/.test(player.getAttribute(name) ?? "") ? Number(player.getAttribute(name)) : null);
  return {
    name: named(player),
    stage: named(stage),
    page: player.closest("section.page")?.id ?? "",
    step: number("data-step"),
    steps: number("data-steps"),
  };
})
