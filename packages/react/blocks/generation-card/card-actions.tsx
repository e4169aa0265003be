"use client";

import { type Generation, isTerminal } from "@safelight/client/contract";
import { useLayoutEffect, useRef, useState } from "react";
import { client } from "../hooks";
import { creditsText } from "../messages/credits-text";
import { problemText } from "../messages/problem-text";
import { outlineButton } from "../styles/buttons";
import { useRetry } from "./use-retry";

/** A button that cancels an active generation, or retries a canceled one or one with a retryable failure. */
export function CardActions({ generation }: { readonly generation: Generation }) {
  const [isBusy, setBusy] = useState(false);
  const [note, setNote] = useState<string | null>(null);
  const { credits, retry } = useRetry(generation);
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
          label={`Try again${credits === null ? "" : ` · ${creditsText(credits)}`}`}
          isBusy={isBusy}
          onPress={() => run(() => retry().then(() => null))}
        />
      )}
      <span role="status" className="text-xs text-muted-foreground empty:hidden">
        {note}
      </span>
    </>
  );
}

/** The note after a cancel that is too late, or that the provider must confirm; `null` otherwise: the card shows the outcome. */
function cancelText({ cancellation }: Generation): string | null {
  if (cancellation?.outcome === "already_ended") return "It had already ended.";
  if (cancellation?.outcome !== "requested") return null;
  const { refundCredits } = cancellation;
  if (refundCredits === null) return "It ends if the provider can still stop it.";
  return `If the provider can still stop it, ${creditsText(refundCredits)} will be refunded.`;
}

interface ActionButtonProps {
  readonly label: string;
  readonly isBusy: boolean;
  readonly onPress: () => void;
}

/** If the button has the focus when it is removed, the focus moves to the card. */
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
