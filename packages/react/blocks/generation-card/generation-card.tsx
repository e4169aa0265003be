"use client";

import { type Generation, isTerminal } from "@safelight/client/contract";
import { aspectRatioOf } from "../generation-text/aspect-ratio-of";
import { altOf, promptOf } from "../generation-text/prompt-of";
import { CanceledIcon, ImageIcon, ProblemIcon } from "../icons/icons";
import { outcomeText } from "../messages/outcome-text";
import { focusRing } from "../styles/buttons";
import { CardActions } from "./card-actions";
import { GenerationProgress } from "./generation-progress";
import { type OriginIcons, OriginLabel } from "./origin-label";
import { OutputMedia } from "./output-media";

export interface GenerationCardProps {
  readonly generation: Generation;
  /** Makes the whole card a button that calls this. @default none: the card is not a button */
  readonly onOpen?: ((generation: Generation) => void) | undefined;
  /** Icons before the text of the label "AI-generated", such as those of the EU. @default the text alone */
  readonly originIcons?: OriginIcons | undefined;
}

/** One generation in each of its states: progress with a preview, the output by its kind, or the failure. */
export function GenerationCard({ generation, onOpen, originIcons }: GenerationCardProps) {
  const isActive = !isTerminal(generation);
  const prompt = promptOf(generation);
  const outcome = outcomeText(generation);
  return (
    <article
      aria-busy={isActive}
      aria-label={altOf(generation)}
      className={`relative flex h-full min-w-0 flex-col overflow-hidden rounded-xl border border-border bg-card text-card-foreground shadow-sm ${focusRing}`}
      data-generation={generation.id}
      data-slot="generation-card"
      data-status={generation.status}
      tabIndex={-1}
    >
      <div className="relative overflow-hidden bg-muted" style={{ aspectRatio: aspectRatioOf(generation) }}>
        <CardMedia generation={generation} originIcons={originIcons} />
      </div>
      <div className="flex flex-1 flex-col gap-2 p-3">
        {onOpen === undefined ? (
          <p className="line-clamp-2 text-sm leading-snug wrap-anywhere">{prompt}</p>
        ) : (
          <button
            type="button"
            className="cursor-pointer text-start text-sm leading-snug outline-none after:absolute after:inset-0 after:rounded-xl focus-visible:after:inset-ring-2 focus-visible:after:inset-ring-ring"
            data-slot="open"
            onClick={() => onOpen(generation)}
          >
            <span className="line-clamp-2 wrap-anywhere">{prompt}</span>
          </button>
        )}
        {outcome !== null && <p className="text-xs text-muted-foreground">{outcome}</p>}
        {isActive && <GenerationProgress generation={generation} />}
        <CardActions generation={generation} />
      </div>
    </article>
  );
}

function CardMedia({ generation, originIcons }: Pick<GenerationCardProps, "generation" | "originIcons">) {
  switch (generation.status) {
    case "completed": {
      const [output] = generation.outputs;
      return (
        <>
          <OutputMedia generation={generation} output={output} size="thumbnail" />
          <OriginLabel icons={originIcons} output={output} />
        </>
      );
    }
    case "failed":
    case "canceled":
      return (
        <div className="absolute inset-0 flex items-center justify-center text-muted-foreground [&_svg]:size-8">
          {generation.status === "failed" ? <ProblemIcon /> : <CanceledIcon />}
        </div>
      );
    default:
      return <ActiveMedia generation={generation} />;
  }
}

function ActiveMedia({ generation }: { readonly generation: Generation }) {
  const { previewUrl } = generation.progress;
  if (previewUrl !== null) {
    return (
      <img alt={`Preview: ${altOf(generation)}`} className="absolute inset-0 size-full object-cover" src={previewUrl} />
    );
  }
  return (
    <div className="absolute inset-0 flex items-center justify-center bg-linear-to-br from-muted to-accent text-muted-foreground motion-safe:animate-pulse [&_svg]:size-8">
      <ImageIcon />
    </div>
  );
}
