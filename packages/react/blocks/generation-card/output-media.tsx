"use client";

import type { CompletedGeneration, Output } from "@safelight/client/contract";
import { altOf } from "../generation-text/prompt-of";
import { AudioIcon } from "../icons/icons";
import { Placeholder } from "./placeholder";

export interface OutputMediaProps {
  readonly generation: CompletedGeneration;
  readonly output: Output;
  /** `thumbnail` loads the small image if there is one, and crops it to its box. `whole` shows the output itself. */
  readonly size: "thumbnail" | "whole";
}

/**
 * An output as image, video or audio player. It fills its parent, which must be positioned and have a size, so that nothing
 * moves when the bytes arrive.
 */
export function OutputMedia({ generation, output, size }: OutputMediaProps) {
  const { kind, url, thumbnailUrl, placeholder, width, height } = output;
  const alt = altOf(generation);
  switch (kind) {
    case "image":
      return (
        <>
          {placeholder !== null && size === "thumbnail" && <Placeholder thumbhash={placeholder} />}
          <img
            alt={alt}
            className={`absolute inset-0 size-full ${size === "thumbnail" ? "object-cover" : "object-contain"}`}
            height={height ?? undefined}
            loading={size === "thumbnail" ? "lazy" : "eager"}
            src={size === "thumbnail" ? (thumbnailUrl ?? url) : url}
            width={width ?? undefined}
          />
        </>
      );
    case "video":
      return (
        // biome-ignore lint/a11y/useMediaCaption: a generated video has no captions
        <video
          aria-label={alt}
          className="absolute inset-0 z-10 size-full bg-black object-contain"
          controls
          playsInline
          poster={thumbnailUrl ?? undefined}
          preload="metadata"
          // Without a poster, Safari on iOS shows no frame before it plays, unless the source names a position.
          src={thumbnailUrl === null ? `${url}#t=0.1` : url}
        />
      );
    case "audio":
      return (
        <div className="absolute inset-0 flex flex-col items-center justify-center gap-4 p-4 text-muted-foreground">
          <AudioIcon />
          {/* biome-ignore lint/a11y/useMediaCaption: generated audio has no captions */}
          <audio aria-label={alt} className="relative z-10 w-full" controls preload="metadata" src={url} />
        </div>
      );
  }
}
