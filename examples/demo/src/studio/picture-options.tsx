import { useId } from "react";
import { ChevronIcon, DiceIcon } from "../shell/icons.tsx";
import { type Draft, rollSeed } from "./draft.ts";

const sizes = [256, 512, 768, 1024];
const counts = [1, 2, 3, 4];

/** Words that the demo's provider obeys, to see how things go wrong and are put right. */
const words = [
  { word: "slow", meaning: "takes ten times the steps" },
  { word: "fail:policy", meaning: "is turned down after it was accepted" },
  { word: "fail:rate", meaning: "is asked to wait twice, then accepted" },
  { word: "fail:flaky", meaning: "fails once, then succeeds" },
  { word: "fail:always", meaning: "fails until the attempts are spent" },
  { word: "lost", meaning: "is accepted, the answer gets lost and is found again" },
  { word: "lost:forever", meaning: "is never heard of again" },
];

/** What else can be said about a picture; folded away, since it is good as it is. */
export function PictureOptions(props: { readonly draft: Draft; readonly onChange: (change: Partial<Draft>) => void }) {
  const { draft, onChange } = props;
  const id = useId();
  return (
    <details className="options">
      <summary className="options-summary">
        <span className="options-name">Options</span>
        <span className="options-now">
          {draft.size} px · {draft.steps} steps{draft.count > 1 && ` · ${draft.count} pictures`}
          {draft.seed !== null && " · fixed seed"}
        </span>
        <ChevronIcon to="down" />
      </summary>
      <div className="options-fields">
        <label className="field-name" htmlFor={`${id}-steps`}>
          Steps <output>{draft.steps}</output>
        </label>
        <input
          id={`${id}-steps`}
          className="slider"
          type="range"
          min={1}
          max={30}
          value={draft.steps}
          onChange={(event) => onChange({ steps: event.target.valueAsNumber })}
        />
        <Choice name="Size" values={sizes} value={draft.size} onChange={(size) => onChange({ size })} />
        <Choice name="Pictures" values={counts} value={draft.count} onChange={(count) => onChange({ count })} />
        <p className="options-note">One price for the set, however many.</p>
        <label className="field-name" htmlFor={`${id}-seed`}>
          Seed
        </label>
        <div className="seed">
          <input
            id={`${id}-seed`}
            className="input"
            type="number"
            min={0}
            max={4_294_967_295}
            inputMode="numeric"
            placeholder="by chance"
            value={draft.seed ?? ""}
            onChange={({ target }) =>
              onChange({ seed: target.value === "" ? null : Math.abs(Math.trunc(target.valueAsNumber)) })
            }
          />
          <button
            type="button"
            className="icon-button"
            aria-label="Roll a seed"
            onClick={() => onChange({ seed: rollSeed() })}
          >
            <DiceIcon />
          </button>
        </div>
      </div>
      <div className="words">
        <p className="words-title">Words that the demo obeys</p>
        <ul>
          {words.map(({ word, meaning }) => (
            <li key={word}>
              <button
                type="button"
                className="word"
                onClick={() => onChange({ prompt: `${draft.prompt.trimEnd()} ${word}`.trimStart() })}
              >
                {word}
              </button>
              <span>{meaning}</span>
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}

function Choice(props: {
  readonly name: string;
  readonly values: readonly number[];
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  const { name, values, value, onChange } = props;
  const id = useId();
  return (
    <>
      <span className="field-name" id={id}>
        {name}
      </span>
      <div className="choice" role="radiogroup" aria-labelledby={id}>
        {values.map((option) => (
          <label key={option} className="choice-option">
            <input type="radio" name={id} checked={option === value} onChange={() => onChange(option)} />
            <span>{option}</span>
          </label>
        ))}
      </div>
    </>
  );
}
