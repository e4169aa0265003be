import type { Output } from "@safelight/client/contract";
import { memo } from "react";
import { thumbHashToDataURL } from "thumbhash";
import { SmallImage } from "./small-image.tsx";

/** An output as a small picture, painted roughly until it is there: a millisecond of work, and once for each. */
export const OutputThumbnail = memo(function OutputThumbnail({ output }: { readonly output: Output }) {
  const { placeholder, thumbnailUrl, url } = output;
  const backdrop = placeholder === null ? "none" : `center / cover url(${paint(placeholder)})`;
  return <SmallImage src={thumbnailUrl ?? url} backdrop={backdrop} />;
});

function paint(placeholder: string): string {
  return thumbHashToDataURL(Uint8Array.from(atob(placeholder), (character) => character.charCodeAt(0)));
}
