"use client";

import { type Generation, isTerminal, type Output } from "@safelight/client/contract";
import { useState } from "react";
import { useRetry } from "../generation-card/use-retry";
import { client } from "../hooks";
import { DeleteIcon, DownloadIcon, RetryIcon, VaryIcon } from "../icons/icons";
import { creditsText } from "../messages/credits-text";
import { problemText } from "../messages/problem-text";
import { dangerButton, outlineButton } from "../styles/buttons";

export interface ViewActionsProps {
  readonly generation: Generation;
  /** The output that is shown; `null` without one. */
  readonly output: Output | null;
  /** Receives the id of the new generation. */
  readonly onRetried: (id: string) => void;
  readonly onVary: (() => void) | undefined;
  readonly onDelete: (() => void) | undefined;
}

/** Download, retry, vary and delete; for an active generation, cancel and vary. */
export function ViewActions({ generation, output, onRetried, onVary, onDelete }: ViewActionsProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isActive = !isTerminal(generation);
  const { credits, retry } = useRetry(generation);
  const price = credits === null ? "" : ` · ${creditsText(credits)}`;
  const run = async (action: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      await action();
    } catch (error) {
      setProblem(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  const cancel = async () => void (await client.cancel(generation.id));
  const isCanceling = isBusy || generation.cancelRequestedAt !== null;
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-border p-4">
      {output !== null && (
        <a className={outlineButton} download href={downloadUrl(output.url)}>
          <DownloadIcon />
          Download
        </a>
      )}
      {isActive && (
        <button type="button" aria-disabled={isCanceling} className={outlineButton} onClick={() => void run(cancel)}>
          {isCanceling ? "Canceling…" : "Cancel"}
        </button>
      )}
      {!isActive && (
        <button
          type="button"
          aria-disabled={isBusy}
          className={outlineButton}
          onClick={() => void run(async () => onRetried(await retry()))}
        >
          <RetryIcon />
          {generation.status === "completed" ? `Run again${price}` : `Try again${price}`}
        </button>
      )}
      {onVary !== undefined && (
        <button type="button" className={outlineButton} onClick={onVary}>
          <VaryIcon />
          Vary
        </button>
      )}
      {!isActive && onDelete !== undefined && (
        <button type="button" className={`${dangerButton} ms-auto`} onClick={onDelete}>
          <DeleteIcon />
          Delete
        </button>
      )}
      <p role="alert" className="basis-full text-sm text-destructive empty:hidden">
        {problem}
      </p>
    </div>
  );
}

/** The server names the file and sends it as an attachment. */
function downloadUrl(url: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}download=1`;
}
