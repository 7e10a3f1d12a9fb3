// Ids that are not unique, and references that lead nowhere.
() => {
  const told = [];
  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  const count = new Map();
  for (const element of document.querySelectorAll("[id]")) count.set(element.id, (count.get(element.id) ?? 0) + 1);
  for (const [id, times] of count) if (times > 1) told.push(`id="${id}" stands ${times} times`);
  const lists = ["aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-details", "headers"];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      let ids = [];
      if (name === "href" || name === "xlink:href") {
        if (value.startsWith("#") && value !== "#" && value !== "#top") ids = [decoded(value.slice(1))];
      } else if (lists.includes(name)) {
        ids = value.split(/\s+/).filter(Boolean);
        if (!ids.length) told.push(`${named(element)}: ${name} is empty`);
      } else if (name === "for" || name === "list" || name === "aria-activedescendant") {
        ids = [value];
      } else {
        ids = [...value.matchAll(/url\(\s*["']?#([^"')\s]+)/g)].map((found) => found[1]);
      }
      for (const id of ids) {
        if (!count.has(id)) told.push(`${named(element)}: ${name}="${short(value)}", and there is no id="${id}"`);
      }
    }
  }
  return told;
}
