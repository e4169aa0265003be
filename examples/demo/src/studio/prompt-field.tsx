import type { RefObject } from "react";

/** In characters, without spaces at the ends; the server's schemas have the same. */
const maxPromptLength = 2_000;

/** The count is shown from this many characters before the limit. */
const countedEnd = 200;

/** Why a prompt cannot be submitted. */
export const tooLongProblem = `Shorten your words first: ${maxPromptLength.toLocaleString("en")} characters are the most.`;

/** How many characters of a prompt are too many; 0 where none is. */
export function excessOf(prompt: string): number {
  return Math.max(prompt.trim().length - maxPromptLength, 0);
}

/** The words of the next picture. A text that is too long stays whole: what to leave out is for its author to choose. */
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
      {left < countedEnd && (
        <p id="prompt-count" className="prompt-count" data-excess={excess > 0}>
          {excess > 0
            ? `${excess.toLocaleString("en")} ${excess === 1 ? "character" : "characters"} too many`
            : `${left} left`}
        </p>
      )}
    </div>
  );
}
