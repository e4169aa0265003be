"use client";

import { type Generation, isTerminal } from "@safelight/client/contract";
import { useLayoutEffect, useRef, useState } from "react";
import { client } from "../hooks";
import { creditsText } from "../messages/credits-text";
import { problemText } from "../messages/problem-text";
import { outlineButton } from "../styles/buttons";

/** Cancels an active generation without a question, and retries a failure that may pass. */
export function CardActions({ generation }: { readonly generation: Generation }) {
  const [isBusy, setBusy] = useState(false);
  const [note, setNote] = useState<string | null>(null);
  const isActive = !isTerminal(generation);
  const isRetryable =
    generation.status === "canceled" || (generation.status === "failed" && generation.error.retryable);
  const run = async (action: () => Promise<string | null>) => {
    if (isBusy) return;
    setBusy(true);
    setNote(null);
    try {
      setNote(await action());
    } catch (error) {
      setNote(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  const isCanceling = isActive && generation.cancelRequestedAt !== null;
  return (
    <>
      {isActive && (
        <ActionButton
          label={isBusy || isCanceling ? "Canceling…" : "Cancel"}
          isBusy={isBusy || isCanceling}
          onPress={() => run(async () => cancelText(await client.cancel(generation.id)))}
        />
      )}
      {isRetryable && (
        <ActionButton
          label={`Try again${generation.credits === null ? "" : ` · ${creditsText(generation.credits)}`}`}
          isBusy={isBusy}
          onPress={() => run(() => client.retry(generation.id).then(() => null))}
        />
      )}
      <span role="status" className="text-xs text-muted-foreground empty:hidden">
        {note}
      </span>
    </>
  );
}

/** The consequence of a cancel that a provider has to confirm. That of another one is in the text of the card. */
function cancelText({ cancellation }: Generation): string | null {
  if (cancellation?.outcome === "already_ended") return "It had already ended.";
  if (cancellation?.outcome !== "requested") return null;
  const { refundCredits } = cancellation;
  if (refundCredits === null) return "It stops if the provider still can.";
  return `If the provider still can stop, ${creditsText(refundCredits)} come back.`;
}

interface ActionButtonProps {
  readonly label: string;
  readonly isBusy: boolean;
  readonly onPress: () => void;
}

/** When the button disappears, its focus moves to the card, not to the start of the page. */
function ActionButton({ label, isBusy, onPress }: ActionButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const own = button.current;
    return () => {
      if (own !== null && own === document.activeElement) own.closest("article")?.focus();
    };
  }, []);
  return (
    <button
      ref={button}
      type="button"
      className={`${outlineButton} relative z-10 self-start`}
      aria-disabled={isBusy}
      onClick={() => !isBusy && onPress()}
    >
      {label}
    </button>
  );
}
