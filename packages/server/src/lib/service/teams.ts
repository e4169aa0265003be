import type { Gallery, JsonObject } from "@safelight/client/contract";
import type { Caller } from "../model/define-model.js";
import type { Submission } from "./hooks.js";

/** A generation of the caller's team that another member has submitted. */
export interface TeamGeneration {
  readonly id: string;
  /** The submitter. */
  readonly ownerId: string;
  readonly model: string;
  /** `null` if the submit had none. */
  readonly scope: string | null;
  /** `null` if the submit had none. */
  readonly metadata: JsonObject | null;
}

/**
 * Functions of the host for teams. If one throws, the response is 500. If one takes longer than 30 seconds, the response is 503
 * `unavailable`. In both cases nothing is charged or removed.
 */
export interface TeamOptions {
  /**
   * Decides who sees a new generation of a caller with a team. Called after `beforeSubmit`. For `submitMany`, called once for each
   * input: the generations are shared only if each result is "team". Without this function, none is shared, and a request for
   * "team" is refused.
   *
   * @param submit.requested `visibility` of the request; `undefined` if it has none.
   * @default "own" for every generation
   */
  readonly visibility?: (submit: {
    readonly submission: Submission;
    readonly requested: Gallery | undefined;
  }) => Gallery | Promise<Gallery>;
  /**
   * Whether a member may cancel and delete a shared generation of another member. A cancel refunds the account that paid.
   *
   * @default false: only the submitter may
   */
  readonly mayRemove?: (removal: {
    readonly caller: Caller;
    readonly generation: TeamGeneration;
  }) => boolean | Promise<boolean>;
}

/** The same with its defaults. */
export interface TeamRules {
  /** `null`: nothing is shared. */
  readonly visibility: NonNullable<TeamOptions["visibility"]> | null;
  readonly mayRemove: NonNullable<TeamOptions["mayRemove"]>;
}

export const noTeams: TeamRules = { visibility: null, mayRemove: () => false };
