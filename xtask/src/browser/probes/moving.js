// What moves now.
() => document.getAnimations().filter((animation) => animation.playState === "running").map((animation) => {
  const what = animation.animationName ?? animation.transitionProperty ?? "an animation by script";
  const element = animation.effect?.target;
  return `${element ? named(element) : "?"}: ${what} runs`;
})
