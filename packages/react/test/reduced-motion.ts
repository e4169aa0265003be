import { vi } from "vitest";

/**
 * Stubs `matchMedia`, which jsdom lacks, for a user who prefers reduced motion. Call the result to change the
 * preference.
 */
export function preferReducedMotion(): (isPreferred: boolean) => void {
  const query = Object.assign(new EventTarget(), { matches: true });
  vi.stubGlobal("matchMedia", (media: string) => {
    if (media !== "(prefers-reduced-motion: reduce)") throw new Error(`unexpected media query ${media}`);
    return query;
  });
  return (isPreferred) => {
    query.matches = isPreferred;
    query.dispatchEvent(new Event("change"));
  };
}
