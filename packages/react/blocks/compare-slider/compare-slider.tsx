"use client";

import { useState } from "react";

/** An image of the comparison. */
export interface ComparedImage {
  readonly src: string;
  readonly alt: string;
  /** Shown on the image, and part of the name of the slider for screen readers. */
  readonly label: string;
}

export interface CompareSliderProps {
  readonly before: ComparedImage;
  readonly after: ComparedImage;
  /** CSS aspect ratio of the box, such as "16 / 9". @default "1 / 1" */
  readonly aspectRatio?: string;
}

/** Two images over each other, with a slider between them: drag it, or use the arrow keys. */
export function CompareSlider({ before, after, aspectRatio = "1 / 1" }: CompareSliderProps) {
  const [percent, setPercent] = useState(50);
  const tag = "pointer-events-none absolute top-2 rounded-full bg-black/70 px-2 py-0.5 text-xs font-medium text-white";
  return (
    <div
      className="relative isolate w-full touch-pan-y overflow-hidden rounded-xl border border-border bg-muted has-focus-visible:ring-2 has-focus-visible:ring-ring has-focus-visible:ring-offset-2 has-focus-visible:ring-offset-background"
      data-slot="compare-slider"
      style={{ aspectRatio }}
    >
      <img alt={before.alt} className="absolute inset-0 size-full object-cover" draggable={false} src={before.src} />
      {/* Not a clip path, which has no logical sides: a box from the handle to the end works in right-to-left text too. */}
      <div className="absolute inset-y-0 end-0 overflow-hidden" style={{ insetInlineStart: `${percent}%` }}>
        <img
          alt={after.alt}
          className="absolute inset-y-0 end-0 h-full max-w-none object-cover"
          draggable={false}
          src={after.src}
          style={{ width: percent === 100 ? "100%" : `${10_000 / (100 - percent)}%` }}
        />
      </div>
      <span className={`${tag} start-2`}>{before.label}</span>
      <span className={`${tag} end-2`}>{after.label}</span>
      <span
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 w-0.5 -translate-x-1/2 bg-white shadow-[0_0_0_1px_rgb(0_0_0/0.3)] rtl:translate-x-1/2"
        style={{ insetInlineStart: `${percent}%` }}
      >
        <span className="absolute top-1/2 left-1/2 size-8 -translate-1/2 rounded-full border border-black/20 bg-white shadow-md" />
      </span>
      <input
        aria-label={`Compare ${before.label} and ${after.label}`}
        aria-valuetext={`${percent} % ${before.label}, ${100 - percent} % ${after.label}`}
        className="absolute inset-0 size-full cursor-ew-resize opacity-0"
        max={100}
        min={0}
        type="range"
        value={percent}
        onChange={(event) => setPercent(event.target.valueAsNumber)}
      />
    </div>
  );
}
