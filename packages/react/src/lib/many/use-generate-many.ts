import { type AnySafelightClient, isRefusal, type SafelightError } from "@safelight/client";
import { type Generation, isTerminal, type SubmitManyResponse } from "@safelight/client/contract";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useGenerationHistoryOf } from "../hooks/use-generation-history.js";
import { markRejectionHandled } from "../submit/mark-rejection-handled.js";
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
}

/** Result of `useGenerateMany`. */
export interface UseGenerateManyResult<Input, G extends Generation = Generation> {
  /** Submits 1 to 100 inputs: all or none. The outcome is in `generations` and `error`. */
  readonly generateMany: (inputs: readonly Input[], options?: GenerateOptions) => void;
  /** The same. Resolves with the accepted generations. @throws {SafelightError} as a rejection, if they are refused */
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
  /** Shows no group any more. Generations in progress continue. */
  readonly reset: () => void;
}

/** The arguments of a submit. */
/** A submit without a response. Its repeat must be the same request under the same key. */
interface Unanswered {
  readonly text: string;
  readonly key: string;
  readonly options: GenerateOptions;
}

interface Sent {
  readonly inputs: readonly unknown[];
  readonly options: GenerateOptions;
}

/** A group has at most this many generations, so one page of the history has all of them. */
const maxGroup = 100;

export function useGenerateManyOf(
  client: AnySafelightClient,
  { model, scope, groupId: initialGroupId }: UseGenerateManyOptions,
): UseGenerateManyResult<unknown> {
  // Equal submits have one key until a response arrives: a double click, or another one after a lost response.
  const unanswered = useRef<Unanswered | null>(null);
  const submit = async ({ inputs, options }: Sent): Promise<SubmitManyResponse> => {
    // The price may become known between two presses, and is not a part of the action.
    const text = JSON.stringify([model, scope, inputs, { ...options, expectedCredits: 0 }]);
    if (unanswered.current?.text !== text) unanswered.current = { text, key: client.createId(), options };
    const { key, options: first } = unanswered.current;
    const forget = () => {
      if (unanswered.current?.key === key) unanswered.current = null;
    };
    try {
      const response = await client.submitMany(model, inputs, { scope, ...first, idempotencyKey: key });
      forget();
      return response;
    } catch (error) {
      if (isRefusal(error)) forget();
      throw error;
    }
  };
  const mutation = useMutation<SubmitManyResponse, SafelightError, Sent>({
    mutationFn: submit,
    retry: false,
    networkMode: "always",
  });
  const [isReset, setIsReset] = useState(false);
  const { data, error, isPending } = mutation;
  const groupId = data?.groupId ?? (isReset ? null : (initialGroupId ?? null));
  const history = useGenerationHistoryOf(
    client,
    { groupId: groupId ?? "", limit: maxGroup },
    { enabled: groupId !== null },
  );
  // Until the list of the group has loaded, they are those of the response.
  const generations =
    groupId === null ? [] : history.data ? history.generations.toReversed() : (data?.generations ?? []);
  const generateManyAsync = (inputs: readonly unknown[], options: GenerateOptions = {}) =>
    markRejectionHandled(async () => (await mutation.mutateAsync({ inputs, options })).generations);
  return {
    generateMany: (inputs, options) => void generateManyAsync(inputs, options),
    generateManyAsync,
    groupId,
    generations,
    isSubmitting: isPending,
    isActive: generations.some((generation) => !isTerminal(generation)),
    error,
    cancel: () =>
      markRejectionHandled(async () => {
        if (groupId !== null) await client.cancelGroup(groupId);
      }),
    reset: () => {
      setIsReset(true);
      mutation.reset();
    },
  };
}
