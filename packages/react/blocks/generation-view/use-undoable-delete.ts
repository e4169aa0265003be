import { useCallback, useEffect, useRef, useState } from "react";
import { client } from "../hooks";
import { problemText } from "../messages/problem-text";

/** Time to undo a delete, in milliseconds. */
const undoMs = 8_000;

/** Deletes that can be undone. */
export interface UndoableDelete {
  /** Ids of generations that were deleted here, or will be once the undo time ends: do not show them. */
  readonly hiddenIds: ReadonlySet<string>;
  /** Id of the generation whose delete can be undone; `null` if there is none. */
  readonly undoableId: string | null;
  /** Text for the user if the last delete failed, which shows the generation again; `null` otherwise. */
  readonly problem: string | null;
  /** Hides a generation at once, and deletes it after 8 seconds. A further delete, leaving the page, or `sendWaitingDeletes` sends it at once. */
  readonly remove: (id: string) => void;
  /** Shows the generation `undoableId` again. Has no effect if that is `null`. */
  readonly undo: () => void;
}

/** For each mounted hook, a function that sends its waiting delete. */
const senders = new Set<() => void>();
/** Deletes without a response. Each resolves with whether it succeeded. */
const inFlight = new Set<Promise<boolean>>();

/**
 * Sends the deletes that can still be undone. Await it before a sign-out: after it, the server would refuse them.
 *
 * @returns whether every delete succeeded. Otherwise the generation is shown again, and `problem` has the reason.
 */
export async function sendWaitingDeletes(): Promise<boolean> {
  for (const send of senders) send();
  return (await Promise.all(inFlight)).every(Boolean);
}

/** Deletes finished generations with a time to undo. */
export function useUndoableDelete(): UndoableDelete {
  const [hiddenIds, setHiddenIds] = useState<ReadonlySet<string>>(new Set());
  const [undoableId, setUndoableId] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const waiting = useRef<{ readonly id: string; readonly timer: number } | null>(null);
  const show = useCallback(
    (id: string) => setHiddenIds((ids) => new Set([...ids].filter((other) => other !== id))),
    [],
  );
  /** Ends the time to undo. Returns the id of its generation; `null` if none waited. */
  const stopWaiting = useCallback((): string | null => {
    const id = waiting.current?.id ?? null;
    window.clearTimeout(waiting.current?.timer);
    waiting.current = null;
    setUndoableId(null);
    return id;
  }, []);
  const send = useCallback(() => {
    const id = stopWaiting();
    if (id === null) return;
    const onError = (error: unknown) => {
      show(id);
      setProblem(problemText(error));
      return false;
    };
    const sent = client.delete(id).then(() => true, onError);
    inFlight.add(sent);
    void sent.then(() => inFlight.delete(sent));
  }, [stopWaiting, show]);
  const remove = useCallback(
    (id: string) => {
      send();
      setProblem(null);
      setHiddenIds((ids) => new Set([...ids, id]));
      setUndoableId(id);
      waiting.current = { id, timer: window.setTimeout(send, undoMs) };
    },
    [send],
  );
  const undo = useCallback(() => {
    const id = stopWaiting();
    if (id !== null) show(id);
  }, [stopWaiting, show]);
  useEffect(() => {
    addEventListener("pagehide", send);
    senders.add(send);
    return () => {
      senders.delete(send);
      removeEventListener("pagehide", send);
      send();
    };
  }, [send]);
  return { hiddenIds, undoableId, problem, remove, undo };
}
