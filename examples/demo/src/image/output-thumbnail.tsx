import type { Output } from "@safelight/client/contract";
import { memo } from "react";
import { thumbHashToDataURL } from "thumbhash";
import { FilmIcon, SoundIcon } from "../shell/icons.tsx";
import { SmallImage } from "./small-image.tsx";

/** A thumbnail of an output, with its placeholder until it loads. Memoized: decoding a placeholder takes a millisecond. */
export const OutputThumbnail = memo(function OutputThumbnail({ output }: { readonly output: Output }) {
  const { kind, placeholder, thumbnailUrl, url } = output;
  const src = thumbnailUrl ?? (kind === "image" ? url : null);
  if (src === null) return kind === "audio" ? <SoundIcon /> : <FilmIcon />;
  const backdrop = placeholder === null ? "none" : `center / cover url(${toDataUrl(placeholder)})`;
  return <SmallImage src={src} backdrop={backdrop} />;
});

function toDataUrl(placeholder: string): string {
  return thumbHashToDataURL(Uint8Array.from(atob(placeholder), (character) => character.charCodeAt(0)));
}
