"use client";

import { type Generation, isTerminal, type Output } from "@safelight/client/contract";
import { GenerationProgress } from "../generation-card/generation-progress";
import { OutputMedia } from "../generation-card/output-media";
import { aspectRatioOf } from "../generation-text/aspect-ratio-of";
import { originOf } from "../generation-text/origin-of";
import { altOf, promptOf } from "../generation-text/prompt-of";
import { ImageIcon, ProblemIcon } from "../icons/icons";
import { creditsText } from "../messages/credits-text";
import { outcomeText } from "../messages/outcome-text";
import { focusRing } from "../styles/buttons";

export interface ViewContentProps {
  readonly generation: Generation;
  /** The output that is shown; `null` without one. */
  readonly output: Output | null;
  readonly onChoose: (index: number) => void;
}

/** The chosen output of a generation, with its prompt and facts. */
export function ViewContent({ generation, output, onChoose }: ViewContentProps) {
  const outputs = generation.status === "completed" ? generation.outputs : [];
  const facts = [
    generation.model,
    generation.credits === null ? null : creditsText(generation.credits),
    output?.width && output.height ? `${output.width} × ${output.height}` : null,
    output === null ? null : originOf(output),
  ].filter((fact) => fact !== null);
  const outcome = outcomeText(generation);
  return (
    <div className="flex flex-col">
      <div
        className="relative max-h-[60dvh] min-h-40 w-full bg-muted"
        style={{
          aspectRatio:
            output?.width && output.height ? `${output.width} / ${output.height}` : aspectRatioOf(generation),
        }}
      >
        {generation.status === "completed" && output !== null ? (
          <OutputMedia generation={generation} output={output} size="whole" />
        ) : (
          <WithoutOutput generation={generation} />
        )}
      </div>
      {outputs.length > 1 && (
        <fieldset aria-label="Outputs" className="flex flex-wrap gap-2 px-4 pt-4">
          {outputs.map(({ index, kind, thumbnailUrl, url }) => (
            <button
              key={index}
              type="button"
              aria-label={`Output ${index + 1} of ${outputs.length}`}
              aria-pressed={index === output?.index}
              className={`relative flex size-14 cursor-pointer items-center justify-center overflow-hidden rounded-md border-2 border-transparent bg-muted text-sm aria-pressed:border-primary ${focusRing}`}
              onClick={() => onChoose(index)}
            >
              {kind === "image" ? (
                <img alt="" className="size-full object-cover" src={thumbnailUrl ?? url} />
              ) : (
                index + 1
              )}
            </button>
          ))}
        </fieldset>
      )}
      <div className="flex flex-col gap-3 p-4">
        <p className="text-base leading-relaxed wrap-anywhere">{promptOf(generation)}</p>
        {outcome !== null && <p className="text-sm text-muted-foreground">{outcome}</p>}
        {!isTerminal(generation) && <GenerationProgress generation={generation} />}
        <p className="text-xs text-muted-foreground tabular-nums">
          {facts.join(" · ")} · <time dateTime={generation.createdAt}>{dateText(generation.createdAt)}</time>
        </p>
      </div>
    </div>
  );
}

function WithoutOutput({ generation }: { readonly generation: Generation }) {
  const { previewUrl } = generation.progress;
  if (previewUrl !== null) {
    return (
      <img
        alt={`Preview: ${altOf(generation)}`}
        className="absolute inset-0 size-full object-contain"
        src={previewUrl}
      />
    );
  }
  return (
    <div className="absolute inset-0 flex items-center justify-center text-muted-foreground [&_svg]:size-10">
      {isTerminal(generation) ? <ProblemIcon /> : <ImageIcon />}
    </div>
  );
}

function dateText(iso: string): string {
  return new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}
