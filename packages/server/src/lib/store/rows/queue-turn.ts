/**
 * Distance of two ranks of one owner, in milliseconds. A generation goes ahead of those of another owner that were
 * submitted later, or that follow more turns of their owner. Longer than an attempt usually takes: who has submitted many
 * is not ahead because the queue is slow.
 */
export const turnMs = 60_000;

/** Max turns of the owner's scheduled generations that the submit of another one passes. */
export const maxScheduledTurns = 1_000;
