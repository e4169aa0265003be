import { type Generation, isTerminal } from "@safelight/client/contract";
import { useLocation } from "wouter";
import { ProgressRing } from "../image/progress-ring.tsx";
import { Thumbnail } from "../image/thumbnail.tsx";
import { useActiveGeneration, useProgress } from "../safelight.ts";
import { useTray } from "../tray/tray-provider.tsx";

/** The newest active generation, else an unseen one; renders nothing without either. */
export function DevelopingIndicator() {
  const { generation, count } = useActiveGeneration();
  const progress = useProgress(generation);
  const { setTrayId } = useTray();
  const [, navigate] = useLocation();
  if (generation === null) return null;
  const status = describeStatus(generation);
  const percent = generation.status === "processing" ? progress.percent : null;
  const more = Math.max(0, count - 1);
  return (
    <button
      type="button"
      className="developing"
      data-status={generation.status}
      data-counted={percent !== null}
      onClick={() => {
        setTrayId(generation.id);
        navigate("/");
      }}
    >
      <span className="developing-image">
        <Thumbnail generation={generation} />
        {!isTerminal(generation) && <ProgressRing value={progress.value ?? 0} />}
      </span>
      <span className="developing-words">
        <span className="developing-word">{status} </span>
        {percent !== null && <span>{percent}% </span>}
        {more > 0 && <span className="developing-more">+{more}</span>}
        <span className="visually-hidden">{more > 0 && " more"}. Show it in the Studio</span>
      </span>
    </button>
  );
}

function describeStatus(generation: Generation): string {
  switch (generation.status) {
    case "pending":
      return "Waiting";
    case "processing":
      return "Developing";
    case "completed":
      return "Finished";
    case "failed":
      return "Failed";
    case "canceled":
      return "Canceled";
  }
}
