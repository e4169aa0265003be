const bar = /(\d{1,3})%\|/g;
/** Characters at the end of the log in which the bar is searched. Earlier text belongs to another step. */
const maxTailLength = 4_000;

/**
 * Progress of a job by the last progress bar of its log. Most models of fal and Replicate use tqdm: ` 50%|█████     | 2/4
 * [00:00<00:00]`.
 *
 * @returns from 0 to 1; `null` without a bar.
 */
export function tqdmProgress(log: string): number | null {
  const percent = [...log.slice(-maxTailLength).matchAll(bar)].at(-1)?.[1];
  return percent === undefined ? null : Math.min(Number(percent), 100) / 100;
}
