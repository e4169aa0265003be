import { useEffect, useState } from "react";
import { useDarkroom } from "../darkroom/darkroom.tsx";
import { useInSight } from "../darkroom/in-sight.ts";
import { Sheet } from "../picture/sheet.tsx";
import { useGeneration } from "../safelight.ts";
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
  useInSight((ended) => ended.id === id && error === null);

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
