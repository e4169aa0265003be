import type { Generation } from "@safelight/client/contract";
import { useState } from "react";
import { useIsCanceling } from "../result/use-cancel.ts";

/**
 * URL of the preview to show; `null` if there is none. A requested cancel freezes it: the server may delete a newer preview
 * before the browser requests it.
 */
export function usePreview(generation: Generation): string | null {
  const { previewUrl } = generation.progress;
  const isCanceling = useIsCanceling(generation);
  const [shown, setShown] = useState(isCanceling ? null : previewUrl);
  if (!isCanceling && shown !== previewUrl) setShown(previewUrl);
  return isCanceling && previewUrl !== null ? shown : previewUrl;
}
