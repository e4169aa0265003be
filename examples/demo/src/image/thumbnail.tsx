import type { Generation } from "@safelight/client/contract";
import { CanceledIcon, FailedIcon } from "../shell/icons.tsx";
import { OutputThumbnail } from "./output-thumbnail.tsx";
import { PreviewThumbnail } from "./preview-thumbnail.tsx";

/** A generation as small as it gets, beside words that tell the same. */
export function Thumbnail({ generation }: { readonly generation: Generation }) {
  switch (generation.status) {
    case "completed":
      return <OutputThumbnail output={generation.outputs[0]} />;
    case "failed":
      return <FailedIcon />;
    case "canceled":
      return <CanceledIcon />;
    default:
      return <PreviewThumbnail generation={generation} />;
  }
}
