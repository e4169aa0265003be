import { useId } from "react";
import { acceptsField, type InputField, type ModelId } from "../models/models.ts";
import { ChevronIcon, DiceIcon } from "../shell/icons.tsx";
import { type Draft, newRandomSeed } from "./draft.ts";

const sizes = [256, 512, 768, 1024];

/** Optional fields of the input, collapsed by default. */
export function OptionFields(props: {
  readonly model: ModelId;
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}) {
  const { model, draft, onChange } = props;
  const accepts = (field: InputField) => acceptsField(model, field);
  if (!accepts("steps") && !accepts("size") && !accepts("seed")) return null;
  return (
    <details className="options">
      <summary className="options-summary">
        <span className="options-name">Options</span>
        <span className="options-now">{describeOptions(draft, accepts)}</span>
        <ChevronIcon to="down" />
      </summary>
      <div className="options-fields">
        {accepts("steps") && <StepsField value={draft.steps} onChange={(steps) => onChange({ steps })} />}
        {accepts("size") && (
          <Choice name="Size" values={sizes} value={draft.size} onChange={(size) => onChange({ size })} />
        )}
        {accepts("seed") && <SeedField value={draft.seed} onChange={(seed) => onChange({ seed })} />}
      </div>
    </details>
  );
}

function describeOptions(draft: Draft, accepts: (field: InputField) => boolean): string {
  const options = [
    accepts("size") && `${draft.size} px`,
    accepts("steps") && `${draft.steps} steps`,
    accepts("seed") && draft.seed !== null && "fixed seed",
  ].filter((option) => option !== false);
  return options.length === 0 ? "seed by chance" : options.join(" · ");
}

function StepsField({ value, onChange }: { readonly value: number; readonly onChange: (steps: number) => void }) {
  const id = useId();
  return (
    <>
      <label className="field-name" htmlFor={id}>
        Steps <output>{value}</output>
      </label>
      <input
        id={id}
        className="slider"
        type="range"
        min={1}
        max={30}
        value={value}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
    </>
  );
}

function SeedField(props: { readonly value: number | null; readonly onChange: (seed: number | null) => void }) {
  const { value, onChange } = props;
  const id = useId();
  return (
    <>
      <label className="field-name" htmlFor={id}>
        Seed
      </label>
      <div className="seed">
        <input
          id={id}
          className="input"
          type="number"
          min={0}
          max={4_294_967_295}
          inputMode="numeric"
          placeholder="by chance"
          value={value ?? ""}
          onChange={({ target }) => onChange(target.value === "" ? null : Math.abs(Math.trunc(target.valueAsNumber)))}
        />
        <button
          type="button"
          className="icon-button"
          aria-label="Roll a seed"
          onClick={() => onChange(newRandomSeed())}
        >
          <DiceIcon />
        </button>
      </div>
    </>
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
