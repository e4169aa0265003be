"use client";

import { useEffect, useRef } from "react";
import { decodeThumbhash } from "./thumbhash";

/** Paints a thumbhash over the whole parent. The image covers it once it has loaded. */
export function Placeholder({ thumbhash }: { readonly thumbhash: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const { width, height, rgba } = decodeThumbhash(thumbhash);
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context) return;
    canvas.current.width = width;
    canvas.current.height = height;
    context.putImageData(new ImageData(rgba, width, height), 0, 0);
  }, [thumbhash]);
  return <canvas ref={canvas} className="absolute inset-0 size-full object-cover" />;
}
