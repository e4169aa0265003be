import { type AnySafelightClient, SafelightError } from "@safelight/client";
import { type Generation, isTerminal, type Json } from "@safelight/client/contract";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { lateModule, loadModule, withModule } from "../connection/late-module.js";
import { useLive } from "../connection/use-live.js";
import { useGenerationHistoryOf } from "../hooks/use-generation-history.js";
import { markRejectionHandled } from "../submit/mark-rejection-handled.js";
import type { PendingSubmission, SubmissionRequest } from "../submit/pending-submissions.js";
import { recordEarly } from "../submit/record-submission.js";
import type { GenerateOptions } from "../submit/use-generate-interface.js";

/** Options of `useGenerateMany`. */
export interface UseGenerateManyOptions<Model extends string = string> {
  readonly model: Model;
  /** Label of the part of the app that submits them, at most 128 characters. @default none */
  readonly scope?: string | undefined;
  /**
   * A group to show until the first submit, such as one from the page's URL.
   * @default none
   */
  readonly groupId?: string | undefined;
  /** As in `useGenerate`, for equal inputs in the same order. @default 1_000 */
  readonly doubleSubmitWindowMs?: number | undefined;
}

/** Result of `useGenerateMany`. */
export interface UseGenerateManyResult<Input, G extends Generation = Generation> {
  /** Submits 1 to 100 inputs: all or none. The outcome is in `generations` and `error`. */
  readonly generateMany: (inputs: readonly Input[], options?: GenerateOptions) => void;
  /** As `generateMany`. Resolves with the accepted generations. @throws {SafelightError} as a rejection, if they are refused */
  readonly generateManyAsync: (inputs: readonly Input[], options?: GenerateOptions) => Promise<readonly G[]>;
  /** Id of the group that was accepted last; `null` while there is none. */
  readonly groupId: string | null;
  /** The newest versions of its generations, in the order of the inputs. Deleted ones are missing. */
  readonly generations: readonly G[];
  /** A submit is in flight. */
  readonly isSubmitting: boolean;
  /** At least one of the generations is not terminal. */
  readonly isActive: boolean;
  /** Why the last submit was refused. A generation's own failure is its `error`. */
  readonly error: SafelightError | null;
  /**
   * Requests to cancel all generations of the group; does nothing without one.
   * @throws {SafelightError} as a rejection, which may be left unhandled
   */
  readonly cancel: () => Promise<void>;
  /** Stops showing the group. Generations in progress continue. */
  readonly reset: () => void;
}

/** A submit, as a variable of the mutation. */
interface GroupSubmit {
  readonly request: SubmissionRequest;
  /** Its record, with the owner at the click, if the code that submits was not loaded. */
  readonly recorded: PendingSubmission | undefined;
  /** Epoch of the owner at the click. */
  readonly epoch: number;
}

/** The generations that the last submit created, and the epoch of their owner; none after a reset. */
interface AcceptedGroup extends Pick<GroupSubmit, "epoch"> {
  readonly generations: readonly Generation[];
}

/** The code that submits. A page loads it when the hook is mounted. */
export const groupModule = /* @__PURE__ */ lateModule(() => import("./submit-group.js"));

/** A group has at most this many generations, so one page of the history has all of them. */
const maxGroupSize = 100;

async function loadCode(): Promise<typeof import("./submit-group.js")> {
  try {
    return await loadModule(groupModule);
  } catch (cause) {
    throw new SafelightError("network", "Could not load the submit code: try again", { cause });
  }
}

export function useGenerateManyOf(
  client: AnySafelightClient,
  { model, scope, groupId: initialGroupId, doubleSubmitWindowMs: windowMs }: UseGenerateManyOptions,
): UseGenerateManyResult<unknown> {
  const live = useLive(client);
  const getEpoch = () => live.state.owner.epoch;
  const epoch = useSyncExternalStore(live.subscribe, getEpoch, getEpoch);
  // Loads the code before the first click, and retries a failed load.
  useEffect(() => withModule(groupModule, { run: () => undefined }), []);
  const [accepted, setAccepted] = useState<AcceptedGroup | null>(null);
  const mutation = useMutation<readonly Generation[], SafelightError, GroupSubmit>({
    mutationFn: async ({ request, recorded }) => {
      const { submitGroup } = groupModule.loaded ?? (await loadCode());
      return submitGroup(live, { request, client, windowMs, recorded });
    },
    retry: false,
    networkMode: "always",
  });
  const { variables, error, isPending } = mutation;
  // Another owner does not see the submit of the previous one.
  const isOwn = variables?.epoch === epoch;
  const submitted = accepted?.epoch === epoch ? accepted.generations : [];
  const groupId = (accepted ? submitted[0]?.groupId : initialGroupId) ?? null;
  const history = useGenerationHistoryOf(
    client,
    { groupId: groupId ?? "", limit: maxGroupSize },
    { enabled: groupId !== null },
  );
  // The response of the submit, until the list of the group has loaded.
  const generations = groupId === null ? [] : history.data ? history.generations.toReversed() : submitted;
  const generateManyAsync = (inputs: readonly unknown[], options?: GenerateOptions) =>
    markRejectionHandled(() => {
      // The types of the model's input require JSON.
      const request = { model, scope, inputs: inputs as readonly Json[], ...options };
      const onSuccess = (sent: readonly Generation[]) => setAccepted({ epoch, generations: sent });
      const recorded = groupModule.loaded ? undefined : recordEarly(live, { request, client, windowMs });
      return mutation.mutateAsync({ request, recorded, epoch }, { onSuccess });
    });
  return {
    generateMany: (inputs, options) => void generateManyAsync(inputs, options),
    generateManyAsync,
    groupId,
    generations,
    isSubmitting: isOwn && isPending,
    isActive: generations.some((generation) => !isTerminal(generation)),
    error: isOwn ? error : null,
    cancel: () =>
      markRejectionHandled(async () => {
        if (groupId !== null) await client.cancelGroup(groupId);
      }),
    reset: () => {
      setAccepted({ epoch, generations: [] });
      mutation.reset();
    },
  };
}
