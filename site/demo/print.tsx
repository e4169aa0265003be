import type { Generation } from "@safelight/client/contract";
import { useEffect, useRef } from "react";
import { createPrinter } from "./printer.ts";

const printer = createPrinter();

/** The image of a generation, as far as it has developed. An empty tray without one. */
export function Print({ generation }: { readonly generation: Generation | null | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const prompt = generation === null || generation === undefined ? null : promptOf(generation.input);
  const seed = generation?.id === undefined ? 0 : Number.parseInt(generation.id.slice(-6), 16);
  const isOver = generation?.status === "failed" || generation?.status === "canceled";
  const share = generation?.status === "completed" ? 1 : (generation?.progress.value ?? 0);
  useEffect(() => {
    if (prompt === null) return;
    let isCurrent = true;
    printer.print({ prompt, seed, share }).then((image) => {
      const context = canvas.current?.getContext("2d");
      if (isCurrent) context?.putImageData(image, 0, 0);
    });
    return () => {
      isCurrent = false;
    };
  }, [prompt, seed, share]);
  if (generation === null || generation === undefined || prompt === null)
    return <div className="print empty">The tray is empty.</div>;
  return (
    <figure className="print" data-status={generation.status}>
      {isOver ? null : <canvas ref={canvas} width={320} height={320} role="img" aria-label={prompt} />}
      <progress aria-label="Progress" value={share} />
    </figure>
  );
}

function promptOf(input: unknown): string {
  const { prompt }: { readonly prompt?: unknown } = Object(input);
  return typeof prompt === "string" ? prompt : "";
}
