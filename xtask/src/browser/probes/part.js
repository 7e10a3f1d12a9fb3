// Turns to a part, and returns where it stands: the whole document, if it is a page.
async (id) => {
  const part = document.getElementById(id);
  if (part) location.hash = id;
  else if (location.hash) location.hash = "";
  scrollTo(0, 0);
  await frames();
  await frames();
  const root = document.scrollingElement;
  const whole = { x: 0, y: 0, width: innerWidth, height: root.scrollHeight, scale: 1 };
  if (!part || part.matches("section.page")) return whole;
  const box = part.getBoundingClientRect();
  return { ...whole, y: box.top + scrollY, height: box.height };
}
