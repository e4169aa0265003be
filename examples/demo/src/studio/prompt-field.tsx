import type { RefObject } from "react";

/** In characters of the trimmed prompt; the server's schemas have the same limit. */
const maxPromptLength = 2_000;

/** The count is shown below this number of remaining characters. */
const minUncounted = 200;

/** Problem of a prompt over the limit. */
export const tooLongProblem = `Shorten your words first: ${maxPromptLength.toLocaleString("en")} characters are the most.`;

/** Characters of a prompt over the limit, or 0. */
export function excessOf(prompt: string): number {
  return Math.max(prompt.trim().length - maxPromptLength, 0);
}

/** The prompt. A text over the limit is not truncated, so that its author can choose what to shorten. */
export function PromptField(props: {
  readonly ref: RefObject<HTMLTextAreaElement | null>;
  readonly prompt: string;
  readonly isInvalid: boolean;
  readonly onChange: (prompt: string) => void;
}) {
  const { ref, prompt, isInvalid, onChange } = props;
  const excess = excessOf(prompt);
  const left = maxPromptLength - prompt.trim().length;
  return (
    <div className="prompt-field">
      <label className="visually-hidden" htmlFor="prompt">
        Prompt
      </label>
      <textarea
        id="prompt"
        ref={ref}
        className="prompt"
        rows={4}
        placeholder="A lighthouse in the fog, at dusk…"
        value={prompt}
        onChange={(event) => onChange(event.target.value)}
        aria-describedby="prompt-count composer-state"
        aria-invalid={isInvalid || excess > 0}
      />
      {left < minUncounted && (
        <p id="prompt-count" className="prompt-count" data-excess={excess > 0}>
          {excess > 0
            ? `${excess.toLocaleString("en")} ${excess === 1 ? "character" : "characters"} too many`
            : `${left} left`}
        </p>
      )}
    </div>
  );
}
