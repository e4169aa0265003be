import type { Generation } from "@safelight/client/contract";
import { CanceledIcon, FailedIcon } from "../shell/icons.tsx";
import { RedLight } from "./red-light.tsx";
import { SmallPicture } from "./small-picture.tsx";

/** A generation as small as it gets, beside words that tell the same. */
export function Thumbnail({ generation }: { readonly generation: Generation }) {
  switch (generation.status) {
    case "completed":
      return <SmallPicture src={generation.outputs[0].url} />;
    case "failed":
      return <FailedIcon />;
    case "canceled":
      return <CanceledIcon />;
    default:
      return <RedLight src={generation.progress.previewUrl} />;
  }
}
