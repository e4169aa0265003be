import { vi } from "vitest";

/** A user who prefers reduced motion; call it to change their mind. jsdom cannot be asked about media. */
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
