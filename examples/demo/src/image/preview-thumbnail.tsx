import type { Generation } from "@safelight/client/contract";
import { SmallImage } from "./small-image.tsx";
import "./preview-thumbnail.css";
import { usePreview } from "./use-preview.ts";

/** The small preview of an active generation, in red light. */
export function PreviewThumbnail({ generation }: { readonly generation: Generation }) {
  const src = usePreview(generation);
  return <span className="preview-thumbnail">{src !== null && <SmallImage src={src} />}</span>;
}
