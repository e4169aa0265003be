import { useEffect, useState } from "react";
import { Sheet, SheetGrid } from "../image/sheet.tsx";
import { useVisibleGenerations } from "../notices/visible-generations.ts";
import { useGeneration } from "../safelight.ts";
import { useIsModalOpen } from "../shell/open-modals.ts";
import { PageMessage } from "../shell/page-message.tsx";
import { describeProblem } from "../text/describe-problem.ts";
import { useTray } from "../tray/tray-provider.tsx";
import { EmptyTray } from "./empty-tray.tsx";
import { TrayStatus } from "./tray-status.tsx";
import { useScrollToResult } from "./use-scroll-to-result.ts";

/** The generation in the tray: its images, progress or outcome, and actions. */
export function Tray({ id }: { readonly id: string }) {
  const { generation, error, refetch } = useGeneration(id);
  const { setTrayId } = useTray();
  const [index, setIndex] = useState(0);
  const isCovered = useIsModalOpen();
  useVisibleGenerations((ended) => ended.id === id && error === null && !isCovered);

  const sheet = useScrollToResult(generation);
  const isGone = error?.code === "not_found";
  useEffect(() => {
    if (isGone) setTrayId(null);
  }, [isGone, setTrayId]);

  if (generation === null) {
    if (error === null || isGone) return <EmptyTray isWaiting />;
    return (
      <PageMessage title="The tray cannot be seen right now" tone="problem">
        <p>{describeProblem(error)}</p>
        <button type="button" className="button" onClick={() => void refetch()}>
          Try again
        </button>
      </PageMessage>
    );
  }
  const outputs = generation.status === "completed" ? generation.outputs : [];
  const output = outputs[index] ?? null;
  return (
    <>
      <div ref={sheet} className="tray-sheet">
        {generation.requestedOutputs > 1 ? (
          <SheetGrid generation={generation} index={index} onPick={setIndex} />
        ) : (
          <Sheet generation={generation} output={output} />
        )}
      </div>
      <TrayStatus generation={generation} output={output} />
    </>
  );
}
