import { useId } from "react";
import { aspectRatios, describeAspectRatio, isAspectRatio } from "../models/aspect-ratio.ts";
import { acceptsField, type ModelId } from "../models/models.ts";
import { priceOf } from "../models/price.ts";
import { countCredits } from "../text/describe-outcome.ts";
import type { Draft } from "./draft.ts";

const counts = [1, 2, 3, 4];

/** Aspect ratio and number of images, each with its price. */
export function ShapeFields(props: {
  readonly model: ModelId;
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}) {
  const { model, draft, onChange } = props;
  const id = useId();
  const acceptsRatio = acceptsField(model, "aspectRatio");
  const acceptsCount = acceptsField(model, "count");
  if (!acceptsRatio && !acceptsCount) return null;
  return (
    <div className="shape">
      {acceptsRatio && (
        <div className="shape-field">
          <label className="visually-hidden" htmlFor={`${id}-ratio`}>
            Aspect ratio
          </label>
          <select
            id={`${id}-ratio`}
            className="input"
            value={draft.aspectRatio}
            onChange={({ target }) => isAspectRatio(target.value) && onChange({ aspectRatio: target.value })}
          >
            {aspectRatios.map((ratio) => (
              <option key={ratio} value={ratio}>
                {describeAspectRatio(ratio)}
              </option>
            ))}
          </select>
        </div>
      )}
      {acceptsCount && (
        <div className="shape-field">
          <label className="visually-hidden" htmlFor={`${id}-count`}>
            Pictures
          </label>
          <select
            id={`${id}-count`}
            className="input"
            value={draft.count}
            onChange={({ target }) => onChange({ count: Number(target.value) })}
          >
            {counts.map((count) => (
              <option key={count} value={count}>
                {count === 1 ? "1 picture" : `${count} pictures`} · {countCredits(priceOf(model, count))}
              </option>
            ))}
          </select>
        </div>
      )}
    </div>
  );
}
