import type { Generation } from "@safelight/client/contract";
import { PreviewThumbnail } from "../image/preview-thumbnail.tsx";
import { promptOf } from "../models/generation-input.ts";
import { CancelButton } from "../result/cancel-button.tsx";
import { useIsCanceling } from "../result/use-cancel.ts";
import { useActiveGeneration, useProgress } from "../safelight.ts";
import { useTray } from "../tray/tray-provider.tsx";
import "./queue.css";

/** All active generations, oldest first. Hidden if the only one is in the tray. */
export function Queue() {
  const { generations } = useActiveGeneration();
  const { trayId } = useTray();
  if (generations.every(({ id }) => id === trayId)) return null;
  return (
    <section className="queue" aria-labelledby="queue-title">
      <h2 id="queue-title" className="small-title">
        Queue · {generations.length}
      </h2>
      <ul className="queue-list">
        {generations.toReversed().map((generation) => (
          <QueueItem key={generation.id} generation={generation} />
        ))}
      </ul>
    </section>
  );
}

function QueueItem({ generation }: { readonly generation: Generation }) {
  const { value, percent } = useProgress(generation);
  const { trayId, setTrayId } = useTray();
  const isCanceling = useIsCanceling(generation);
  const state = isCanceling ? "Canceling" : percent === null ? "Waiting" : `${percent}%`;
  return (
    <li className="queue-item">
      <button
        type="button"
        className="queue-show"
        aria-current={generation.id === trayId}
        onClick={() => {
          setTrayId(generation.id);
          window.scrollTo({ top: 0 });
        }}
      >
        <span className="queue-image">
          <PreviewThumbnail generation={generation} />
        </span>
        <span className="queue-words">
          <span className="queue-prompt">{promptOf(generation)}</span>
          <span className="queue-state">{state}</span>
        </span>
        <progress className="queue-progress" value={value ?? 0} aria-hidden="true" />
      </button>
      <CancelButton generation={generation} variant="icon" />
    </li>
  );
}
