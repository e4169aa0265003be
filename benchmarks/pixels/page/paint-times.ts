import type { PaintTimes } from "../plan.ts";

/** An entry of https://w3c.github.io/element-timing/ for an `img` with `elementtiming`. */
interface ElementEntry extends PerformanceEntry {
  readonly identifier: string;
  readonly renderTime: number;
}

const paintedAt = new Map<string, number>();
const framedAt = new Map<string, number>();
/** Timeout for all images. */
const maxMs = 60_000;

let onPaint = (): void => {};

/** Records the time of the first frame with each image from now on. */
export function observePaints(): void {
  const observer = new PerformanceObserver((list) => {
    // Only entries of this type are observed.
    for (const { identifier, renderTime } of list.getEntries() as ElementEntry[]) {
      if (!paintedAt.has(identifier)) paintedAt.set(identifier, performance.timeOrigin + renderTime);
    }
    onPaint();
  });
  observer.observe({ type: "element", buffered: true });
}

/** Records when a loaded image is decoded and two frames have begun. */
export async function noteFrames(name: string, image: HTMLImageElement): Promise<void> {
  await image.decode();
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      framedAt.set(name, performance.timeOrigin + performance.now());
      onPaint();
    }),
  );
}

/** Waits until all images are painted. */
export function waitForPaints(names: readonly string[]): Promise<Record<string, PaintTimes>> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("An image was not painted in time.")), maxMs);
    onPaint = () => {
      const paintTimes = names.flatMap((name) => {
        const [painted, framed] = [paintedAt.get(name), framedAt.get(name)];
        if (painted === undefined || framed === undefined) return [];
        return [[name, { paintedAt: painted, framedAt: framed }] as const];
      });
      if (paintTimes.length === names.length) resolve(Object.fromEntries(paintTimes));
    };
    onPaint();
  });
}
