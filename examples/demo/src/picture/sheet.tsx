import type { Generation, Output } from "@safelight/client/contract";
import { preload } from "react-dom";
import { promptOf } from "../words/picture-input.ts";
import { FadingImage } from "./fading-image.tsx";
import "./sheet.css";

/**
 * The sheet of paper in the tray: it lies under the red light while the picture comes up, and in white light once it
 * is fixed.
 */
export function Sheet({ generation, output }: { readonly generation: Generation; readonly output: Output | null }) {
  const { previewUrl } = generation.progress;
  const url = output?.url ?? previewUrl;
  // Asked for now, not when all of the page is drawn.
  if (output !== null) preload(output.url, { as: "image", fetchPriority: "high" });
  return (
    <div className="sheet" data-status={generation.status}>
      <div className="sheet-paper">
        {url !== null && (
          <FadingImage src={url} alt={output === null ? `Preview: ${promptOf(generation)}` : promptOf(generation)} />
        )}
        {generation.status === "failed" && <SheetWord>Nothing came up.</SheetWord>}
        {generation.status === "canceled" && <SheetWord>Taken out of the tray.</SheetWord>}
        <div className="sheet-light" />
        <div className="sheet-liquid" />
      </div>
    </div>
  );
}

/** What stands on a sheet without a picture. For the eye only: the status beside it says more. */
function SheetWord({ children }: { readonly children: string }) {
  return (
    <p className="sheet-word" aria-hidden="true">
      {children}
    </p>
  );
}
