import type { Generation } from "@safelight/client/contract";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { OutputThumbnail } from "../image/output-thumbnail.tsx";
import { PreviewThumbnail } from "../image/preview-thumbnail.tsx";
import { promptOf } from "../models/generation-input.ts";
import { useModelName } from "../models/use-offered-models.ts";
import { useProgress } from "../safelight.ts";
import { CanceledIcon, FailedIcon } from "../shell/icons.tsx";
import { describeFailure, describeOutcome, describeRefund } from "../text/describe-outcome.ts";
import { formatDuration, formatWhen } from "../text/format-time.ts";
import { detailsEntry } from "./details-entry.ts";
import "./frame.css";

/** A generation with its caption, as a link to its details. */
export function Frame(props: {
  readonly generation: Generation;
  readonly href: string;
  /** Whether the other person of the team submitted it. @default false */
  readonly isTheirs?: boolean;
}) {
  const { generation, href, isTheirs = false } = props;
  return (
    <Link href={href} state={detailsEntry} className="frame" data-status={generation.status}>
      <FrameContent generation={generation} isTheirs={isTheirs} />
    </Link>
  );
}

/** A generation as a small tile. Its caption is a tooltip and the name for screen readers. */
export function SmallFrame({ generation, href }: { readonly generation: Generation; readonly href: string }) {
  return (
    <Link
      href={href}
      state={detailsEntry}
      className="frame frame-small"
      data-status={generation.status}
      title={tooltipOf(generation)}
    >
      <FrameContent generation={generation} />
    </Link>
  );
}

/** A generation as a checkbox, disabled while active: an active generation cannot be deleted. */
export function SelectableFrame(props: {
  readonly generation: Generation;
  readonly isSelected: boolean;
  readonly onToggle: () => void;
}) {
  const { generation, isSelected, onToggle } = props;
  return (
    <label className="frame frame-selectable" data-status={generation.status} data-selected={isSelected}>
      <input
        type="checkbox"
        className="frame-check"
        checked={isSelected}
        disabled={isActive(generation)}
        onChange={onToggle}
      />
      <FrameContent generation={generation} />
    </label>
  );
}

function FrameContent({
  generation,
  isTheirs = false,
}: {
  readonly generation: Generation;
  readonly isTheirs?: boolean;
}) {
  const { value, percent } = useProgress(generation);
  const model = useModelName(generation);
  const refund = describeRefund(generation);
  const badge = badgeOf(generation);
  return (
    <>
      <span className="frame-image">
        <FrameImage generation={generation} />
        {badge !== null && (
          <span className="frame-badge" aria-hidden="true">
            {badge}
          </span>
        )}
        {isActive(generation) && <span className="frame-progress" style={{ scale: `${value ?? 0} 1` }} />}
      </span>
      <span className="frame-caption">
        <span className="frame-prompt">{promptOf(generation)}</span>{" "}
        <span className="frame-state">
          {isTheirs && <span className="frame-model">Theirs · </span>}
          {model !== null && <span className="frame-model">{model} · </span>}
          {describeStatus(generation, percent)}
        </span>
        {refund !== null && <span className="frame-refund"> {refund}</span>}
      </span>
    </>
  );
}

/** The number of images if there are several, or the duration of a video or recording; `null` otherwise. */
function badgeOf(generation: Generation): string | null {
  if (generation.requestedOutputs > 1) return String(generation.requestedOutputs);
  const durationMs = generation.status === "completed" ? generation.outputs[0].durationMs : null;
  return durationMs === null ? null : formatDuration(durationMs);
}

function FrameImage({ generation }: { readonly generation: Generation }) {
  switch (generation.status) {
    case "completed":
      return <OutputThumbnail output={generation.outputs[0]} />;
    case "failed":
      return (
        <FrameOutcome icon={<FailedIcon />} word="Failed" reason={capitalize(describeFailure(generation.error.code))} />
      );
    case "canceled":
      return <FrameOutcome icon={<CanceledIcon />} word="Canceled" reason={null} />;
    default:
      return <PreviewThumbnail generation={generation} />;
  }
}

/** Decorative: the caption has the same content. */
function FrameOutcome(props: { readonly icon: ReactNode; readonly word: string; readonly reason: string | null }) {
  const { icon, word, reason } = props;
  return (
    <span className="frame-end" aria-hidden="true">
      {icon}
      <span className="frame-end-word">{word}</span>
      {reason !== null && <span className="frame-end-reason">{reason}</span>}
    </span>
  );
}

function tooltipOf(generation: Generation): string {
  const { status } = generation;
  const prompt = promptOf(generation);
  if (status !== "failed" && status !== "canceled") return prompt;
  return [prompt, describeOutcome(generation), describeRefund(generation)].filter(Boolean).join("\n");
}

function isActive({ status }: Generation): boolean {
  return status === "pending" || status === "processing";
}

function capitalize(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function describeStatus(generation: Generation, percent: number | null): string {
  switch (generation.status) {
    case "pending":
      return "Waiting";
    case "processing":
      return percent === null ? "Developing" : `Developing ${percent}%`;
    case "completed":
      return formatWhen(generation.createdAt, Date.now());
    case "failed":
    case "canceled":
      return describeOutcome(generation);
  }
}
