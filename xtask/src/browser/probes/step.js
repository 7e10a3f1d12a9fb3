// Waits half a second at most until a player stands at one of the steps. Returns where it stands.
async ([nth, wanted]) => {
  const end = performance.now() + 500;
  const now = () => Number(player(nth).dataset.step);
  const frame = () => new Promise(requestAnimationFrame);
  while (wanted.length && !wanted.includes(now()) && performance.now() < end) await frame();
  await frame(); // for what is drawn only then
  return now();
}
