"use client";

import type { Generation } from "@safelight/client/contract";
import { useId } from "react";
import { useProgress } from "../hooks";

/** The progress of an active generation: a bar, and the same as text. */
export function GenerationProgress({ generation }: { readonly generation: Generation }) {
  const textId = useId();
  const { value, percent, remainingMs, isLate, source, queuePosition } = useProgress(generation);
  const parts = [
    queuePosition !== null && queuePosition !== 0 ? `${queuePosition} ahead` : null,
    percent === null ? null : `${percent} %`,
    isLate ? "takes longer than usual" : remainingMs === null ? null : `about ${secondsText(remainingMs)} left`,
    // The provider reports no progress: the value is estimated from earlier runs.
    source === "estimate" ? "estimate" : null,
  ].filter((part) => part !== null);
  return (
    <div className="flex flex-col gap-1.5">
      <progress
        aria-label="Progress"
        aria-describedby={textId}
        className="h-1.5 w-full appearance-none overflow-hidden rounded-full border-0 bg-secondary indeterminate:motion-safe:animate-pulse [&::-moz-progress-bar]:bg-primary [&::-webkit-progress-bar]:bg-secondary [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-primary"
        max={1}
        value={value ?? undefined}
      />
      <span id={textId} className="text-xs text-muted-foreground tabular-nums">
        {parts.length === 0 ? "Waiting to start" : parts.join(" · ")}
      </span>
    </div>
  );
}

function secondsText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
