import type { Gallery } from "@safelight/client/contract";
import { fromHost } from "../errors/from-host.js";
import { invalidInput } from "../errors/invalid-input.js";
import type { Submission } from "../hooks.js";
import type { ServiceContext } from "../service-context.js";

/**
 * Chooses the team that sees the generations of a submit: the caller's, if the host's `visibility` returns "team" for all of them.
 *
 * @param submit.requested the gallery that the client requested; `undefined` leaves it to the host.
 * @returns the id of the team; `null` if only the owner sees the generations.
 * @throws {ServiceError} invalid_input if a caller without a team asks for one, or the host does not share;
 *   unavailable if `visibility` times out
 */
export async function chooseTeam(
  { clock, erasures, teams }: Pick<ServiceContext, "clock" | "erasures" | "teams">,
  {
    submissions,
    requested,
    erasurePosition,
    signal,
  }: {
    readonly submissions: readonly Submission[];
    readonly requested: Gallery | undefined;
    readonly erasurePosition: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<string | null> {
  if (requested !== undefined && requested !== "own" && requested !== "team") {
    throw invalidInput('Must be "own" or "team".', ["visibility"]);
  }
  const teamId = submissions[0]?.caller.teamId;
  const { visibility } = teams;
  if (requested === "team" && visibility === null) {
    throw invalidInput("This server shares no generations: set `teams.visibility`.", ["visibility"]);
  }
  if (requested === "team" && teamId === undefined) throw invalidInput("You are in no team.", ["visibility"]);
  if (visibility === null || teamId === undefined) return null;
  const choose = (submission: Submission) =>
    fromHost({ clock, signal, what: "teams.visibility" }, () =>
      visibility({ submission: structuredClone(submission), requested }),
    );
  const choices = await erasures.within(erasurePosition, () => Promise.all(submissions.map(choose)));
  if (choices.some((chosen) => chosen !== "own" && chosen !== "team"))
    throw new TypeError('teams.visibility must return "own" or "team".');
  return choices.includes("own") ? null : teamId;
}
