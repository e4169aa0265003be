import { describeModel, type ModelId } from "../models/models.ts";
import type { OfferedModel } from "../models/use-offered-models.ts";

/** Selects the model. A native select works with every keyboard, screen reader and phone. */
export function ModelPicker(props: {
  readonly offered: readonly OfferedModel[];
  readonly selected: ModelId;
  readonly onSelect: (id: ModelId) => void;
}) {
  const { offered, selected, onSelect } = props;
  return (
    <div className="model-picker">
      <label className="visually-hidden" htmlFor="model">
        Model
      </label>
      <select
        id="model"
        className="input"
        value={selected}
        onChange={(event) => {
          const model = offered.find(({ id }) => id === event.target.value);
          if (model !== undefined) onSelect(model.id);
        }}
      >
        {offered.map(({ id }) => (
          <option key={id} value={id}>
            {describeModel(id)}
          </option>
        ))}
      </select>
    </div>
  );
}
