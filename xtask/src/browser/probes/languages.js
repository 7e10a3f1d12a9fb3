// What is seen in another language than the one that is chosen.
(chosen) => {
  unfold();
  const told = [];
  const other = chosen === "uk" ? "en" : "uk";
  for (const element of document.body.querySelectorAll(`[lang="${other}"]`)) {
    const is = seen(element) && !isSwitch(element) && !element.closest("svg .said");
    if (is) told.push(`${named(element)} has lang="${other}" and is seen: "${short(element.textContent)}"`);
  }
  const kept = "code, pre, kbd, samp, [translate=no], svg .said, svg .told";
  // Two words in a row with nothing but blanks between: a list is one of names. Letters alone are the names of tasks.
  const english = (text) =>
    (text.match(/[A-Za-z][A-Za-z'’-]*(?:\s+[A-Za-z][A-Za-z'’-]*)+/g) ?? []).find(
      (run) => run.match(/[A-Za-z'’-]{2,}/g)?.length >= 2,
    );
  for (const [node, element] of texts()) {
    // What is in a third language says so; what is in the other one has been told.
    const own = element.closest("[lang]");
    if (isSwitch(element) || (own && own !== document.documentElement && own.getAttribute("lang") !== chosen)) continue;
    const found = chosen === "uk" ? !element.closest(kept) && english(node.data) : /[\u0400-\u052f]/.test(node.data);
    if (found) told.push(`${named(element)}: "${short(found === true ? node.data : found)}"`);
  }
  return told;
}
