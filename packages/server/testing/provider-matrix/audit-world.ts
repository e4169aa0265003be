import type { GenerationRecord } from "../../src/lib/generation/generation-record.js";
import { isTerminalState } from "../../src/lib/generation/generation-state.js";
import type { AttemptRecord } from "./attempt-record.js";
import { initialGrant, prompt, tokenHeader } from "./matrix-constants.js";
import type { MatrixWorld } from "./matrix-world.js";

/** Checks the guarantees that hold after every cell. Returns a description of each violation. */
export async function auditWorld(world: MatrixWorld): Promise<readonly string[]> {
  const violations: string[] = [];
  if (!(await world.runToRest())) violations.push("some work is never finished");
  let spent = 0;
  for (const id of world.ids) {
    const generation = await world.generation(id);
    spent += generation.credits - generation.refundedCredits;
    violations.push(...endViolations(generation), ...paymentViolations(world, id));
    for (const { storageKey, byteLength } of generation.outputs) {
      const object = await world.storage.get(storageKey);
      await object?.body.cancel();
      if (object?.byteLength !== byteLength) violations.push("an output cannot be read");
    }
  }
  const balance = await world.balance();
  if (balance !== initialGrant - spent) violations.push(`the balance is ${balance}, not ${initialGrant - spent}`);
  for (const { check, subject, detail } of await world.store.audit())
    violations.push(`${check}: ${subject} (${detail})`);
  violations.push(...strayViolations(world), ...secretViolations(world));
  return violations;
}

/** Number of paid requests that the vendor accepted for a generation. */
export function paidFor(world: MatrixWorld, id: string): number {
  return world.attempts
    .filter(({ generationId }) => generationId === id)
    .reduce((sum, a) => sum + acceptedCount(world, a), 0);
}

function endViolations(generation: GenerationRecord): readonly string[] {
  const { credits, outputs, refundedCredits, requestedOutputs, state } = generation;
  if (!isTerminalState(state)) return [`it is still ${state}`];
  const missing = Math.max(requestedOutputs - outputs.length, 0);
  const refund = state === "completed" ? Math.floor((credits * missing) / requestedOutputs) : credits;
  return [
    ...(refundedCredits === refund ? [] : [`${refundedCredits} credits were refunded, not ${refund}`]),
    ...(state === "completed" && outputs.length === 0 ? ["it is completed but has no output"] : []),
  ];
}

/** At most one paid request, unless the vendor refused it or reported its failure. */
function paymentViolations(world: MatrixWorld, id: string): readonly string[] {
  const attempts = world.attempts.filter(({ generationId }) => generationId === id);
  return attempts.flatMap((attempt, index) => {
    const { hasFailed, isAbsent, outcome } = attempt;
    const accepted = acceptedCount(world, attempt);
    const isOver = hasFailed || (accepted === 0 && (outcome === "rejected" || isAbsent));
    const isLast = index === attempts.length - 1;
    return [
      ...(accepted > 1 ? [`attempt ${index + 1} was paid for ${accepted} times`] : []),
      ...(outcome === "accepted" && accepted !== 1
        ? [`attempt ${index + 1} was reported as accepted, but the vendor accepted it ${accepted} times`]
        : []),
      ...(isLast || isOver
        ? []
        : [`attempt ${index + 1} was ${outcome} and accepted ${accepted} times, but another attempt followed`]),
    ];
  });
}

function acceptedCount({ vendor }: MatrixWorld, { token }: AttemptRecord): number {
  return vendor.paid.filter(({ headers }) => headers.get(tokenHeader) === token).length;
}

/** Only `submit` may pay. */
function strayViolations({ vendor }: MatrixWorld): readonly string[] {
  const strays = vendor.paid.filter(({ headers }) => !headers.has(tokenHeader)).length;
  return strays === 0 ? [] : [`the vendor was paid ${strays} times outside of submit`];
}

/**
 * Requests and connections go only to the vendor, so no other host has the key. The log contains neither the key nor the
 * prompt.
 */
function secretViolations({ connections, line, log, origin }: MatrixWorld): readonly string[] {
  const { host } = new URL(origin);
  const foreign = [
    ...[...line.origins].filter((one) => one !== origin),
    ...[...connections].filter((one) => one !== host),
  ];
  const leaks = ["the-key", prompt].filter((word) => log.some((text) => text.includes(word)));
  return [
    ...foreign.map((where) => `${where} received a request`),
    ...leaks.map((word) => `the log contains "${word}"`),
  ];
}
