"use client";

import type { CompletedGeneration, Output } from "@safelight/client/contract";
import { altOf } from "../generation-text/prompt-of";
import { AudioIcon } from "../icons/icons";
import { outlineButton } from "../styles/buttons";
import { Placeholder } from "./placeholder";
import { usePlayer } from "./use-player";

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
    case "audio":
      return <Player key={`${generation.id}/${output.index}`} alt={alt} output={output} />;
  }
}

/** A video or audio player, which fills its parent. Give it a key of the output. */
export function Player({ alt, output }: { readonly alt: string; readonly output: Output }) {
  const { kind, thumbnailUrl } = output;
  const { hasFailed, isAwaited, media, retryButton } = usePlayer(output);
  if (hasFailed) {
    return (
      <div className={centered} role={isAwaited ? "alert" : undefined}>
        <p className="text-sm">{kind === "audio" ? "The audio" : "The video"} cannot be loaded.</p>
        <button className={`${outlineButton} relative z-10`} {...retryButton}>
          Try again
        </button>
      </div>
    );
  }
  return kind === "audio" ? (
    <div className={centered}>
      <AudioIcon />
      <audio aria-label={alt} className="relative z-10 w-full" {...media} />
    </div>
  ) : (
    <video
      aria-label={alt}
      className="absolute inset-0 z-10 size-full bg-black object-contain"
      playsInline
      poster={thumbnailUrl ?? undefined}
      {...media}
    />
  );
}

const centered = "absolute inset-0 flex flex-col items-center justify-center gap-4 p-4 text-muted-foreground";
