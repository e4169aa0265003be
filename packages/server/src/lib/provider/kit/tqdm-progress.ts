const bar = /(\d{1,3})%\|/g;
/** A bar is short: what lies further back is about something else. In characters. */
const farthestBack = 4_000;

/**
 * How far a job is, by the last progress bar of its log. Most models of fal and Replicate draw theirs with tqdm:
 * ` 50%|█████     | 2/4 [00:00<00:00]`.
 *
 * @returns from 0 to 1; `null` where there is no bar.
 */
export function tqdmProgress(log: string): number | null {
  const percent = [...log.slice(-farthestBack).matchAll(bar)].at(-1)?.[1];
  return percent === undefined ? null : Math.min(Number(percent), 100) / 100;
}
