import type { Generation } from "@safelight/client/contract";
import { SmallPicture } from "./small-picture.tsx";
import "./red-light.css";
import { usePreview } from "./use-preview.ts";

/** The small preview of a generation in progress, in red light. */
export function RedLight({ generation }: { readonly generation: Generation }) {
  const src = usePreview(generation);
  return <span className="red-light">{src !== null && <SmallPicture src={src} />}</span>;
}
