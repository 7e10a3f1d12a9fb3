// Chooses a radio by its label. Returns what hinders it.
(id) => {
  const radio = document.getElementById(id);
  if (!radio) return `the page has no #${id}`;
  if (radio.localName !== "input" || radio.type !== "radio") return `#${id} is no radio`;
  for (let at = radio; at; at = at.parentElement) if (at.localName === "details") at.open = true;
  const label = [...radio.labels].find(seen);
  if (!label) return `no label of #${id} is seen`;
  label.click();
  return radio.checked ? null : `a click on the label of #${id} does not choose it`;
}
