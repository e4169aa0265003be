import { holdActs } from "./hold-acts.js";
import { hostActs } from "./host-acts.js";
import { operatorActs } from "./operator-acts.js";
import { ownerActs } from "./owner-acts.js";
import { readActs } from "./read-acts.js";
import { workerActs } from "./worker-acts.js";
import type { Act } from "./world.js";

/** Sends an earlier call again, as after a lost response. */
const repeat: Act = ({ world, random }) => world.repeat(random);

const all = { ...ownerActs, ...workerActs, ...hostActs, ...holdActs, ...operatorActs, ...readActs, repeat };

/** The name of an act. */
export type ActName = keyof typeof all;

/** All acts by name: every method of a store. */
export const acts: Readonly<Record<ActName, Act>> = all;

/** Reads change nothing. */
export const readNames: readonly string[] = Object.keys(readActs);

const weights: Partial<Record<ActName, number>> = {
  submit: 14,
  claim: 14,
  write: 36,
  requestCancel: 6,
  openHolds: 5,
  submitHeld: 6,
  adjust: 4,
  repeat: 8,
  transferOwner: 3,
  eraseOwner: 2,
  erasurePosition: 2,
  recordWebhook: 3,
  claimOutbox: 4,
  confirmOutbox: 4,
  recordInput: 5,
  claimNotices: 4,
  confirmNotices: 3,
};

/** The names, each as often as it should occur. */
// `Object.keys` of the acts are their names.
export const weightedNames = (Object.keys(all) as ActName[]).flatMap((name) =>
  Array.from({ length: weights[name] ?? 1 }, () => name),
);
