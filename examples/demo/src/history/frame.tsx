import type { Generation } from "@safelight/client/contract";
import { Link } from "wouter";
import { OutputThumbnail } from "../picture/output-thumbnail.tsx";
import { RedLight } from "../picture/red-light.tsx";
import { useProgress } from "../safelight.ts";
import { FailedIcon } from "../shell/icons.tsx";
import { useModelName } from "../studio/use-offered.ts";
import { describeRefund } from "../words/ending-of.ts";
import { formatWhen } from "../words/format-time.ts";
import { promptOf } from "../words/picture-input.ts";
import "./frame.css";

/** One picture of the contact sheet, with its caption; under a small one it is only heard. */
export function Frame({
  generation,
  isSmall = false,
}: {
  readonly generation: Generation;
  readonly isSmall?: boolean;
}) {
  const isActive = generation.status === "pending" || generation.status === "processing";
  const { value, percent } = useProgress(generation);
  const model = useModelName(generation);
  return (
    <Link href={`/history/${generation.id}`} className="frame" data-status={generation.status}>
      <span className="frame-picture">
        <FramePicture generation={generation} />
        {generation.requestedOutputs > 1 && (
          <span className="frame-count" aria-hidden="true">
            {generation.requestedOutputs}
          </span>
        )}
        {isActive && <span className="frame-progress" style={{ scale: `${value ?? 0} 1` }} />}
      </span>
      <span className={isSmall ? "visually-hidden" : "frame-caption"}>
        <span className="frame-prompt">{promptOf(generation)}</span>{" "}
        <span className="frame-state">
          {model !== null && <span className="frame-model">{model} · </span>}
          {stateWords(generation, percent)}
        </span>
      </span>
    </Link>
  );
}

function FramePicture({ generation }: { readonly generation: Generation }) {
  switch (generation.status) {
    case "completed":
      return <OutputThumbnail output={generation.outputs[0]} />;
    case "failed":
      return <FailedIcon />;
    case "canceled":
      return (
        <span className="frame-word" aria-hidden="true">
          canceled
        </span>
      );
    default:
      return <RedLight src={generation.progress.previewUrl} />;
  }
}

function stateWords(generation: Generation, percent: number | null): string {
  const when = formatWhen(generation.createdAt, Date.now());
  switch (generation.status) {
    case "pending":
      return "Waiting";
    case "processing":
      return percent === null ? "Developing" : `Developing ${percent}%`;
    case "completed":
      return when;
    case "failed":
      return ["Failed", describeRefund(generation)].filter(Boolean).join(" · ");
    case "canceled":
      return ["Canceled", describeRefund(generation)].filter(Boolean).join(" · ");
  }
}
