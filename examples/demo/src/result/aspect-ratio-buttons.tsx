import type { TerminalGeneration } from "@safelight/client/contract";
import { aspectRatios, describeAspectRatio, quotientOf } from "../models/aspect-ratio.ts";
import { generationInputOf, inputDefaults } from "../models/generation-input.ts";
import { acceptsField, isModelId } from "../models/models.ts";
import { priceOf } from "../models/price.ts";
import { countCredits } from "../text/describe-outcome.ts";
import { useRetry } from "./use-retry.ts";

/** Submits the same input with another aspect ratio, for models that accept one. */
export function AspectRatioButtons({ generation }: { readonly generation: TerminalGeneration }) {
  const again = useRetry();
  const { model, requestedOutputs } = generation;
  if (!acceptsField(model, "aspectRatio") || !isModelId(model)) return null;
  const { aspectRatio = inputDefaults.aspectRatio } = generationInputOf(generation);
  const credits = priceOf(model, requestedOutputs);
  const cost = countCredits(credits);
  return (
    <fieldset className="ratios" aria-label={`Make it with another aspect ratio, for ${cost}`}>
      <span className="ratios-title" aria-hidden="true">
        Another aspect ratio, {cost}
      </span>
      {aspectRatios.map((ratio) => (
        <button
          key={ratio}
          type="button"
          className="ratio"
          aria-label={describeAspectRatio(ratio)}
          aria-current={ratio === aspectRatio}
          disabled={ratio === aspectRatio}
          title={`Make it ${describeAspectRatio(ratio)}, for ${cost}`}
          onClick={() => void again(generation, { change: { aspectRatio: ratio }, credits })}
        >
          <span className="ratio-shape" style={{ aspectRatio: quotientOf(ratio) }} data-tall={quotientOf(ratio) < 1} />
          {ratio}
        </button>
      ))}
    </fieldset>
  );
}
