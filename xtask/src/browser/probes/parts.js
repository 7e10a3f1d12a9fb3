// What pictures are taken of: what a reader sees first, and every page, or every scenario where there are no pages.
() => {
  const ids = (selector) => [...document.querySelectorAll(selector)].map((part) => part.id);
  const pages = ids("section.page[id]");
  return ["index"].concat((pages.length ? pages : ids("section.scenario[id]")).filter((id) => id !== "index"));
}
