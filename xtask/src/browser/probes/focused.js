// Whether this player's stage has the focus; else what has.
(nth) => {
  const active = document.activeElement;
  return active?.getAttribute("data-probed") === String(nth) ? null : active ? named(active) : "nothing";
}
