import type { Output } from "@safelight/client/contract";
import { memo } from "react";
import { thumbHashToDataURL } from "thumbhash";
import { SmallImage } from "./small-image.tsx";

/** A thumbnail of an output, with its placeholder until it loads. Memoized: decoding a placeholder takes a millisecond. */
export const OutputThumbnail = memo(function OutputThumbnail({ output }: { readonly output: Output }) {
  const { placeholder, thumbnailUrl, url } = output;
  const backdrop = placeholder === null ? "none" : `center / cover url(${toDataUrl(placeholder)})`;
  return <SmallImage src={thumbnailUrl ?? url} backdrop={backdrop} />;
});

function toDataUrl(placeholder: string): string {
  return thumbHashToDataURL(Uint8Array.from(atob(placeholder), (character) => character.charCodeAt(0)));
}
