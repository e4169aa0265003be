import type { Clock } from "../../ports/clock.js";
import type { AuditViolation } from "../../ports/store/credits-store.js";

/** On Cloudflare Workers, the promise of an ended request never settles: after this time, another audit may start. */
const maxRunningMs = 15 * 60_000;

/** The audit of operators: one at a time in each process, because it reads whole tables. */
export interface ExclusiveAudit {
  /** Epoch milliseconds of the start of the running audit; `null` if none runs. */
  runningSince(): number | null;
  /**
   * Starts an audit, which counts as running from this call on.
   *
   * @param record runs before the audit. If it rejects, no audit runs.
   * @throws if one runs already.
   */
  run(record: () => Promise<unknown>): Promise<readonly AuditViolation[]>;
}

export function createExclusiveAudit(
  clock: Pick<Clock, "now">,
  audit: () => Promise<readonly AuditViolation[]>,
): ExclusiveAudit {
  let running: { readonly since: number } | null = null;
  const runningSince = () => (running === null || clock.now() - running.since >= maxRunningMs ? null : running.since);
  return {
    runningSince,
    async run(record) {
      if (runningSince() !== null) throw new Error("An audit is running.");
      const current = { since: clock.now() };
      running = current;
      try {
        await record();
        return await audit();
      } finally {
        if (running === current) running = null;
      }
    },
  };
}
