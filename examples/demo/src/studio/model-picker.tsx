import { describeModel, type ModelId } from "../models/models.ts";
import type { OfferedModel } from "../models/use-offered-models.ts";

/** Who makes the picture. The browser's own list: it suits every keyboard, screen reader and phone. */
export function ModelPicker(props: {
  readonly offered: readonly OfferedModel[];
  readonly picked: ModelId;
  readonly onPick: (id: ModelId) => void;
}) {
  const { offered, picked, onPick } = props;
  return (
    <div className="model-picker">
      <label className="visually-hidden" htmlFor="model">
        Model
      </label>
      <select
        id="model"
        className="input"
        value={picked}
        onChange={(event) => {
          const model = offered.find(({ id }) => id === event.target.value);
          if (model !== undefined) onPick(model.id);
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
