import { isTerminal } from "@safelight/client/contract";
import { useEffect, useEffectEvent, useState } from "react";
import { useDarkroom } from "../darkroom/darkroom.tsx";
import { Sheet } from "../picture/sheet.tsx";
import { useActiveGeneration, useGeneration } from "../safelight.ts";
import { Notice } from "../shell/notice.tsx";
import { describeProblem } from "../words/problem-of.ts";
import { EmptyTray } from "./empty-tray.tsx";
import { OutputPicker } from "./output-picker.tsx";
import { TrayStatus } from "./tray-status.tsx";

/** The picture in the tray, as it comes up, and how far it is. */
export function Tray({ id }: { readonly id: string }) {
  const { generation, error, refetch } = useGeneration(id);
  const { setTrayId } = useDarkroom();
  const [index, setIndex] = useState(0);
  useSeen(id, generation !== null && isTerminal(generation) && generation.seenAt === null);

  const isGone = error?.code === "not_found";
  useEffect(() => {
    if (isGone) setTrayId(null);
  }, [isGone, setTrayId]);

  if (generation === null) {
    if (error === null || isGone) return <EmptyTray isWaiting />;
    return (
      <Notice title="The tray cannot be seen right now" tone="problem">
        <p>{describeProblem(error)}</p>
        <button type="button" className="button" onClick={() => void refetch()}>
          Look again
        </button>
      </Notice>
    );
  }
  const outputs = generation.status === "completed" ? generation.outputs : [];
  return (
    <>
      <Sheet generation={generation} output={outputs[index] ?? null} />
      {outputs.length > 1 && <OutputPicker outputs={outputs} index={index} onPick={setIndex} />}
      <TrayStatus generation={generation} />
    </>
  );
}

/** Marks an ended generation as seen once somebody can see it. */
function useSeen(id: string, isUnseen: boolean): void {
  const { markSeen } = useActiveGeneration();
  const mark = useEffectEvent(() => {
    if (isUnseen && document.visibilityState === "visible") void markSeen(id);
  });
  useEffect(() => {
    if (!isUnseen) return;
    mark();
    const listener = () => mark();
    document.addEventListener("visibilitychange", listener);
    return () => document.removeEventListener("visibilitychange", listener);
  }, [isUnseen]);
}
