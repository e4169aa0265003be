import type { Generation } from "@safelight/client/contract";
import { CanceledIcon, FailedIcon } from "../shell/icons.tsx";
import { OutputThumbnail } from "./output-thumbnail.tsx";
import { PreviewThumbnail } from "./preview-thumbnail.tsx";

/** The smallest view of a generation: its output, preview or status icon. Decorative. */
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
