import type { Generation, Output } from "@safelight/client/contract";
import { promptOf } from "../words/picture-input.ts";
import { FadingImage } from "./fading-image.tsx";
import "./sheet.css";
import { useFreshAddresses } from "./use-fresh-addresses.ts";

/**
 * The sheet of paper in the tray: it lies under the red light while the picture comes up, and in white light once it
 * is fixed.
 */
export function Sheet({ generation, output }: { readonly generation: Generation; readonly output: Output | null }) {
  const refresh = useFreshAddresses();
  const { previewUrl } = generation.progress;
  const url = output?.url ?? previewUrl;
  return (
    <div className="sheet" data-status={generation.status}>
      <div className="sheet-paper">
        {url !== null && (
          <FadingImage
            src={url}
            alt={output === null ? `Preview: ${promptOf(generation)}` : promptOf(generation)}
            onUnavailable={refresh}
          />
        )}
        <div className="sheet-light" />
        <div className="sheet-liquid" />
      </div>
    </div>
  );
}
