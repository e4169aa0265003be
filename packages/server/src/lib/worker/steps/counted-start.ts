import { interruptible } from "../../process/interruptible.js";
import { persist } from "../context/persist.js";
import type { Step } from "./step.js";

/** Max time from the count of a start to its paid request, in milliseconds. The count may be one round trip older. */
const maxDelayMs = 1_000;

/**
 * The start of an attempt, as the claim has counted it at the rate of its gate. Call it before the paid request: it
 * resolves at once, unless the count is too old. It then counts the start again, and waits until the rate has capacity, so
 * that the requests that a stall has delayed are not sent together.
 *
 * @throws the reason of the lease's signal once it aborts.
 */
export type CountedStart = () => Promise<void>;

export function countedStart({ claim, context, lease }: Step): CountedStart {
  const { clock, limits, store } = context;
  const { signal } = lease;
  const limit = limits.find(({ key }) => key === claim.generation.gate);
  if (limit === undefined || limit.rate === null) return async () => {};
  let countedAtMs = 0;
  const wait = async (delayMs: number): Promise<void> => {
    let cancel = (): void => {};
    const timer = new Promise<void>((resolve) => {
      cancel = clock.setTimer(Math.ceil(delayMs), resolve);
    });
    await interruptible(signal, timer).finally(() => cancel());
  };
  const recount = async (): Promise<void> => {
    for (;;) {
      const sentAtMs = lease.heldForMs;
      const waitMs = await persist(context, { signal, send: () => store.reserveStart({ limit }) });
      if (waitMs === 0) {
        countedAtMs = sentAtMs;
        return;
      }
      await wait(waitMs);
    }
  };
  let recounting: Promise<void> | null = null;
  return async () => {
    if (recounting === null && lease.heldForMs - countedAtMs <= maxDelayMs) return;
    recounting ??= recount().finally(() => {
      recounting = null;
    });
    await recounting;
  };
}
