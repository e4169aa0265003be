import type { Output, TerminalGeneration } from "@safelight/client/contract";
import type { ReactNode } from "react";
import { fileNameOf } from "../image/file-name.ts";
import { promptOf } from "../models/generation-input.ts";
import { acceptsField, isModelId } from "../models/models.ts";
import { priceOf } from "../models/price.ts";
import { DownloadIcon, GridIcon, RetryIcon } from "../shell/icons.tsx";
import { useFocusFallback } from "../shell/use-focus-fallback.ts";
import { countCredits, isWorthRetrying } from "../text/describe-outcome.ts";
import { AspectRatioButtons } from "./aspect-ratio-buttons.tsx";
import { CopyPromptButton } from "./copy-prompt-button.tsx";
import { EditPromptButton } from "./edit-prompt-button.tsx";
import "./result.css";
import { UseAsInputButton } from "./use-as-input-button.tsx";
import { newSeed, useRetry } from "./use-retry.ts";

/** Images of one press on "Variations". */
const variations = 4;

/** All actions on an ended generation, without a menu. */
export function ResultActions(props: {
  readonly generation: TerminalGeneration;
  /** The selected output; `null` if there is none. */
  readonly output: Output | null;
  /** After a failure or a cancel, shows the next step as the primary button. */
  readonly isPrimary: boolean;
  /** Further actions. */
  readonly children: ReactNode;
}) {
  const { generation, output, isPrimary, children } = props;
  const actions = useFocusFallback<HTMLFieldSetElement>();
  return (
    <fieldset ref={actions} className="result-actions" aria-label="Actions">
      {output === null ? (
        <UnsuccessfulActions {...{ generation, isPrimary }} />
      ) : (
        <CompletedActions {...{ generation, output }} />
      )}
      <CopyPromptButton prompt={promptOf(generation)} />
      {children}
      {output !== null && <AspectRatioButtons generation={generation} />}
    </fieldset>
  );
}

/** The next step is to edit a refused input, and to try any other one again. */
function UnsuccessfulActions(props: { readonly generation: TerminalGeneration; readonly isPrimary: boolean }) {
  const { generation, isPrimary } = props;
  const retry = useRetry();
  const mayRetry = isWorthRetrying(generation);
  return (
    <>
      {mayRetry && (
        <button
          type="button"
          className={isPrimary ? "button button-lamp" : "button"}
          onClick={() => void retry(generation)}
        >
          <RetryIcon /> Try again
        </button>
      )}
      <EditPromptButton generation={generation} isPrimary={isPrimary && !mayRetry} />
    </>
  );
}

function CompletedActions(props: { readonly generation: TerminalGeneration; readonly output: Output }) {
  const { generation, output } = props;
  const { id, model, requestedOutputs } = generation;
  const retry = useRetry();
  const creditsOf = (count: number) => (isModelId(model) ? priceOf(model, count) : undefined);
  const price = (count: number) => {
    const credits = creditsOf(count);
    return credits !== undefined && <span className="price">{countCredits(credits)}</span>;
  };
  const name = requestedOutputs > 1 ? `${id}-${output.index + 1}` : id;
  return (
    <>
      <button
        type="button"
        className="button"
        onClick={() => void retry(generation, { change: newSeed(generation), credits: creditsOf(requestedOutputs) })}
      >
        <RetryIcon /> Another one {price(requestedOutputs)}
      </button>
      {acceptsField(model, "count") && (
        <button
          type="button"
          className="button"
          onClick={() => {
            const change = { ...newSeed(generation), count: variations };
            void retry(generation, { change, credits: creditsOf(variations) });
          }}
        >
          <GridIcon /> Variations {price(variations)}
        </button>
      )}
      <UseAsInputButton output={output} />
      <a className="button" href={output.url} download={fileNameOf(name, output)}>
        <DownloadIcon /> Download
      </a>
      <EditPromptButton generation={generation} isPrimary={false} />
    </>
  );
}
