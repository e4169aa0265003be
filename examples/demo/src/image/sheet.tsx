import { type Generation, isTerminal, type Output } from "@safelight/client/contract";
import type { ReactNode } from "react";
import { preload } from "react-dom";
import { quotientOf } from "../models/aspect-ratio.ts";
import { generationInputOf, inputDefaults, promptOf } from "../models/generation-input.ts";
import { CanceledIcon, FailedIcon } from "../shell/icons.tsx";
import { FadingImage } from "./fading-image.tsx";
import "./sheet.css";
import { OutputPlayer } from "./output-player.tsx";
import { usePreview } from "./use-preview.ts";

/** An image on a sheet of paper: the preview in red light, then the output in white light. */
export function Sheet({ generation, output }: { readonly generation: Generation; readonly output: Output | null }) {
  const preview = usePreview(generation);
  return (
    <SheetFrame generation={generation} ratio={ratioOf(generation, output)}>
      {output !== null ? (
        <OutputMedia output={output} alt={promptOf(generation)} />
      ) : (
        preview !== null && <FadingImage src={preview} alt={`Preview: ${promptOf(generation)}`} />
      )}
    </SheetFrame>
  );
}

/** All images of a generation, two in a row, with one of them selected. */
export function SheetGrid(props: {
  readonly generation: Generation;
  /** Index of the selected image. */
  readonly index: number;
  readonly onPick: (index: number) => void;
}) {
  const { generation, index, onPick } = props;
  const preview = usePreview(generation);
  const outputs = generation.status === "completed" ? generation.outputs : [];
  const cells = outputs.length > 0 ? outputs.length : generation.requestedOutputs;
  const rows = Math.ceil(cells / 2);
  const ratio = (ratioOf(generation, outputs[0] ?? null) * 2) / rows;
  return (
    <SheetFrame generation={generation} ratio={ratio}>
      {/* biome-ignore lint/a11y/useSemanticElements: not every browser supports a grid layout in a fieldset */}
      <div className="sheet-grid" role="group" aria-label="Pictures">
        {outputs.length > 0
          ? outputs.map((output, cell) => (
              <button
                key={output.index}
                type="button"
                className="sheet-cell"
                aria-pressed={cell === index}
                onClick={() => onPick(cell)}
              >
                <OutputImage output={output} alt={`${promptOf(generation)}, ${cell + 1} of ${outputs.length}`} />
              </button>
            ))
          : !isTerminal(generation) &&
            Array.from({ length: cells }, (_, cell) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the cells are identical and never reordered
              <div key={cell} className="sheet-cell">
                {cell === 0 && preview !== null && (
                  <FadingImage src={preview} alt={`Preview: ${promptOf(generation)}`} />
                )}
              </div>
            ))}
      </div>
    </SheetFrame>
  );
}

function SheetFrame(props: { readonly generation: Generation; readonly ratio: number; readonly children: ReactNode }) {
  const { generation, ratio, children } = props;
  const { status } = generation;
  return (
    <div className="sheet" data-status={status} style={{ "--ratio": ratio }}>
      <div className="sheet-paper">
        {children}
        {(status === "failed" || status === "canceled") && (
          // Decorative: the status next to the sheet has the same content.
          <p className="sheet-word" aria-hidden="true">
            {status === "failed" ? <FailedIcon /> : <CanceledIcon />}
            No picture
          </p>
        )}
        <div className="sheet-light" />
        <div className="sheet-liquid" />
      </div>
    </div>
  );
}

function OutputMedia({ output, alt }: { readonly output: Output; readonly alt: string }) {
  if (output.kind === "image") return <OutputImage output={output} alt={alt} />;
  return <OutputPlayer key={output.index} output={output} label={alt} />;
}

function OutputImage({ output, alt }: { readonly output: Output; readonly alt: string }) {
  // Starts the request before the commit of this render.
  preload(output.url, { as: "image", fetchPriority: "high" });
  return <FadingImage src={output.url} alt={alt} />;
}

function ratioOf(generation: Generation, output: Output | null): number {
  if (output?.width && output.height) return output.width / output.height;
  return quotientOf(generationInputOf(generation).aspectRatio ?? inputDefaults.aspectRatio);
}
