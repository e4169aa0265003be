import type { Sighting } from "../plan.ts";

/** Of https://w3c.github.io/element-timing/, for an `img` with an `elementtiming`. */
interface ElementEntry extends PerformanceEntry {
  readonly identifier: string;
  readonly renderTime: number;
}

const paintedAt = new Map<string, number>();
const framedAt = new Map<string, number>();
/** Before that, something has gone wrong. */
const mostMs = 60_000;

let whenSeen = (): void => {};

/** From now on, notes when the frame that shows a picture first is on the screen. */
export function observePaints(): void {
  const observer = new PerformanceObserver((list) => {
    // Only such entries are asked for.
    for (const { identifier, renderTime } of list.getEntries() as ElementEntry[]) {
      if (!paintedAt.has(identifier)) paintedAt.set(identifier, performance.timeOrigin + renderTime);
    }
    whenSeen();
  });
  observer.observe({ type: "element", buffered: true });
}

/** Notes when a picture that has come is decoded and shown, by frames. */
export async function noteFrames(name: string, image: HTMLImageElement): Promise<void> {
  await image.decode();
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      framedAt.set(name, performance.timeOrigin + performance.now());
      whenSeen();
    }),
  );
}

/** Waits until all of these are in sight. */
export function sightingsOf(names: readonly string[]): Promise<Record<string, Sighting>> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("A picture did not come into sight.")), mostMs);
    whenSeen = () => {
      const sightings = names.flatMap((name) => {
        const [painted, framed] = [paintedAt.get(name), framedAt.get(name)];
        if (painted === undefined || framed === undefined) return [];
        return [[name, { paintedAt: painted, framedAt: framed }] as const];
      });
      if (sightings.length === names.length) resolve(Object.fromEntries(sightings));
    };
    whenSeen();
  });
}
