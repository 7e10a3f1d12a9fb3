// What every probe may use: who is seen, and how an element is named to somebody who must find it in the page's source.
const boxed = (element) => {
  while (element && getComputedStyle(element).display === "contents") element = element.parentElement;
  return element;
};
const seen = (element) => {
  const box = boxed(element);
  if (!box || !box.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
  if (box === element) return element.getClientRects().length > 0;
  const inside = document.createRange();
  inside.selectNodeContents(element);
  return inside.getClientRects().length > 0;
};
const named = (element) => {
  const parts = [];
  for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
    if (at.id) {
      parts.unshift("#" + at.id);
      break;
    }
    const classes = [...at.classList].map((name) => "." + name).join("");
    const alike = at.parentElement ? [...at.parentElement.children].filter((other) => other.tagName === at.tagName) : [];
    const nth = alike.length > 1 ? `:nth-of-type(${alike.indexOf(at) + 1})` : "";
    parts.unshift(at.localName + classes + nth);
  }
  return parts.slice(0, 1).concat(parts.length > 5 ? ["…"] : [], parts.slice(1).slice(-4)).join(" > ") || "html";
};
const short = (text, most = 70) => {
  const plain = text.replace(/\s+/g, " ").trim();
  return plain.length > most ? plain.slice(0, most - 1) + "…" : plain;
};
// What is folded away is opened, so that it is looked at too; without the name by which one closes another.
const unfold = () => {
  for (const details of document.querySelectorAll("details")) {
    details.removeAttribute("name");
    details.open = true;
  }
};
// Every text in a part that is seen, with the element it stands in.
const texts = function* (part = document.body) {
  // A page that is not shown has thousands of texts, and none is seen: no need to ask each. (No callback: without script none
  // is called.)
  const hidden = new Set([...document.querySelectorAll("section.page")].filter((page) => getComputedStyle(page).display === "none"));
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  const known = new Map();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element || hidden.has(element.closest("section.page")) || element.closest("script, style, noscript, template, title, desc, option")) continue;
    if (!known.has(element)) known.set(element, seen(element));
    if (known.get(element)) yield [node, element];
  }
};
// The switch between languages names each in its own, and may have a name in both.
const isSwitch = (element) => {
  const whole = document.getElementById("lang-en")?.closest("fieldset, [role=radiogroup]");
  if (whole?.querySelector("#lang-uk") && whole.contains(element)) return true;
  const labels = ["lang-en", "lang-uk"].flatMap((id) => [...(document.getElementById(id)?.labels ?? [])]);
  return labels.some((label) => label.contains(element));
};
// The player whose stage was marked so.
const player = (nth) => document.querySelector(`[data-probed="${nth}"]`).closest("[data-player]");
const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
