import type { Generation } from "@safelight/client/contract";
import { useState } from "react";
import { useIsCanceling } from "../result/use-cancel.ts";

/**
 * The preview to show; `null` while there is none. From a cancel on it stays the one that is shown: a newer one may be
 * gone from the server before it is asked for.
 */
export function usePreview(generation: Generation): string | null {
  const { previewUrl } = generation.progress;
  const isCanceling = useIsCanceling(generation);
  const [shown, setShown] = useState(isCanceling ? null : previewUrl);
  if (!isCanceling && shown !== previewUrl) setShown(previewUrl);
  return isCanceling && previewUrl !== null ? shown : previewUrl;
}
