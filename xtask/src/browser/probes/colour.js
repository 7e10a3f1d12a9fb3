// The colour behind everything, as the browser computes it.
async () => {
  await frames();
  const of = (element) => getComputedStyle(element).backgroundColor;
  const body = of(document.body);
  return body === "rgba(0, 0, 0, 0)" ? of(document.documentElement) : body;
}
