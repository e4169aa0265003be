/** Before an attempt, no provider has the generation. */
export const isBeforeAttempt = "state IN ('queued', 'retry_wait')";

/** As `isLongCopy` of the room `generation`: the next step copies a video or an audio. */
const isLongCopy = "(state = 'storing' AND kind <> 'image')";

/** With `:longCopies` 0, a claim takes no long copy. */
export const isWithinCopyLimit = `(:longCopies = 1 OR NOT ${isLongCopy})`;

/** Whether it waits in the queue: no worker has it, and it was due when it was last written. An index has exactly these. */
export const isWaiting = `${isBeforeAttempt} AND leased = 0 AND due_at <= touched_at`;

/** The other active generations. The index of due times has exactly these. */
export const isTimed = `due_at IS NOT NULL AND NOT (${isWaiting})`;

/** Of an active generation: whether a worker or a provider has it. Another one waits, or is due later. */
export const isHeld = `(leased = 1 OR NOT (${isBeforeAttempt}))`;

/**
 * Whether it has not joined the queue: it had no attempt, no worker has it, and it was scheduled or parked. It joins at a claim
 * after it is due. As `hasNotJoined` in `clock/due-rows.ts`.
 */
export const hasNotJoined = `${isTimed} AND state = 'queued' AND leased = 0`;

/** The index of due times by model has these: all active generations, except those that wait at a gate. */
export const isNotAtGate = `model > '' AND due_at IS NOT NULL AND NOT (gate IS NOT NULL AND ${isWaiting})`;

/** Whether it waits at a gate. */
export const isAtGate = `gate IS NOT NULL AND ${isWaiting}`;

/** The same, for reads by deadline. An index of deadlines has exactly these. */
export const isAtGateUntil = `deadline_at > 0 AND ${isAtGate}`;

/** The same, for reads by model. An index by gate and model has exactly these. */
export const isAtGateOfModel = `model > '' AND ${isAtGate}`;

/** Whether an attempt of its gate is in flight, or about to start. An index has exactly these. */
export const isInFlight = `gate IS NOT NULL AND (state IN ('submitting', 'running', 'reconciling')
      OR (leased = 1 AND ${isBeforeAttempt}))`;
