import { isPageHidden, onPageVisibility } from "../connection/page-visibility.js";

// React Native has animation frames, but no `matchMedia`.
const here: Partial<Pick<typeof globalThis, "matchMedia">> = globalThis;

const listeners = new Set<() => void>();
let stop = () => {};

/**
 * Calls the listener once per animation frame, until the returned function is called. All listeners share one loop,
 * which stops while the page is hidden or its user prefers reduced motion.
 */
export function onFrame(listener: () => void): () => void {
  if (listeners.size === 0) stop = start();
  listeners.add(listener);
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) stop();
  };
}

function start(): () => void {
  const motion = here.matchMedia?.("(prefers-reduced-motion: reduce)");
  let frame: number | undefined;
  const next = () => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = isPageHidden() || motion?.matches ? undefined : requestAnimationFrame(step);
  };
  const step = () => {
    next();
    for (const listener of listeners) listener();
  };
  const unsubscribeVisibility = onPageVisibility(next);
  motion?.addEventListener("change", next);
  next();
  return () => {
    unsubscribeVisibility();
    motion?.removeEventListener("change", next);
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}
