// What is cut off, sticks out or lies over another text, at the width of now: in the whole page, or in one player of it.
(nth) => {
  unfold();
  const told = [];
  const wide = innerWidth;
  const slack = 1; // rounding
  const skipped = (element) => element.closest(".sr");
  const root = document.scrollingElement;
  if (root.scrollWidth > wide) told.push(`the page is ${root.scrollWidth} px wide`);

  const styles = new Map();
  const styleOf = (element) => {
    if (!styles.has(element)) styles.set(element, getComputedStyle(element));
    return styles.get(element);
  };
  const outer = (element) => {
    const { position } = styleOf(element);
    if (position === "fixed") return null;
    return position === "absolute" && element instanceof HTMLElement ? element.offsetParent : element.parentElement;
  };
  // Who cuts a text, if anybody: walks outwards, per axis as far as to whom scrolls it.
  const cutter = (rect, element) => {
    let [across, down] = [true, true];
    for (let at = element; at && at !== document.documentElement && at !== document.body; at = outer(at)) {
      const { overflowX, overflowY, display } = styleOf(at);
      if (display === "inline" || display === "contents") continue;
      if (at instanceof SVGElement && !/^(svg|foreignObject)$/.test(at.localName)) continue; // groups have no overflow
      const box = at.getBoundingClientRect();
      const hides = (overflow) => overflow === "hidden" || overflow === "clip";
      if (across && hides(overflowX) && (rect.left < box.left - slack || rect.right > box.right + slack)) return [at, across];
      if (down && hides(overflowY) && (rect.top < box.top - slack || rect.bottom > box.bottom + slack)) return [at, across];
      across &&= !["auto", "scroll"].includes(overflowX);
      down &&= !["auto", "scroll"].includes(overflowY);
    }
    return [null, across];
  };
  const scrolled = (element) => {
    for (let at = element; at && at !== document.body; at = outer(at)) {
      if (["auto", "scroll"].includes(styleOf(at).overflowX)) return true;
    }
    return false;
  };
  const said = new Set();
  const tell = (element, what, text) => {
    const key = named(element) + what;
    if (!said.has(key)) told.push(`${named(element)}: "${short(text, 40)}" ${what}`);
    said.add(key);
  };

  const drawn = new Map();
  for (const [node, element] of texts(nth === null ? document.body : player(nth))) {
    if (skipped(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1 || rect.height < 1) continue;
      const [by, across] = cutter(rect, element);
      if (by) tell(element, `is cut by ${named(by)}`, node.data);
      if (across && (rect.left < -slack || rect.right > wide + slack)) {
        tell(element, `reaches from ${Math.round(rect.left)} to ${Math.round(rect.right)} px across`, node.data);
      }
    }
    const narrow = element.clientWidth && element.scrollWidth > element.clientWidth + slack;
    if (element instanceof HTMLElement && narrow && !scrolled(element)) {
      tell(element, `needs ${element.scrollWidth} px and has ${element.clientWidth}`, node.data);
    }
    const text = element.closest("text");
    if (text) {
      let svg = text.closest("svg");
      while (svg.ownerSVGElement) svg = svg.ownerSVGElement;
      if (!drawn.has(svg)) drawn.set(svg, new Set());
      drawn.get(svg).add(text);
    }
  }

  for (const [svg, all] of drawn) {
    const frame = svg.getBoundingClientRect();
    const boxes = [...all].map((text) => ({ text, rect: text.getBoundingClientRect(), says: text.textContent }));
    for (const { text, rect, says } of boxes) {
      const out = rect.left < frame.left - slack || rect.right > frame.right + slack;
      if (out || rect.top < frame.top - slack || rect.bottom > frame.bottom + slack) tell(text, "leaves its picture", says);
    }
    boxes.sort((one, other) => one.rect.left - other.rect.left);
    for (let i = 0; i < boxes.length; i++) {
      for (let k = i + 1; k < boxes.length && boxes[k].rect.left < boxes[i].rect.right - slack; k++) {
        const [one, other] = [boxes[i], boxes[k]];
        const down = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
        // The same text on the same place is its own halo.
        const halo = one.says === other.says && Math.abs(one.rect.left - other.rect.left) + Math.abs(one.rect.top - other.rect.top) < 1;
        if (down > slack && !halo) tell(one.text, `lies over "${short(other.says, 40)}" (${named(other.text)})`, one.says);
      }
    }
  }
  return told;
}
