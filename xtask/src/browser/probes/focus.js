// Opens what a player's stage is folded into and gives it the focus. Returns whether it is seen, and has it.
async (nth) => {
  const stage = document.querySelector(`[data-probed="${nth}"]`);
  for (let at = stage; at; at = at.parentElement) if (at.localName === "details") at.open = true;
  await frames();
  stage.focus();
  return { seen: seen(stage.closest("[data-player]")), focused: document.activeElement === stage };
}
