import type { Output } from "@safelight/client/contract";
import { OutputThumbnail } from "../image/output-thumbnail.tsx";

/** Thumbnails of a generation's outputs, to select one. */
export function OutputPicker(props: {
  readonly outputs: readonly Output[];
  readonly index: number;
  readonly onPick: (index: number) => void;
}) {
  const { outputs, index, onPick } = props;
  return (
    <fieldset className="output-picker" aria-label="Pictures of this set">
      {outputs.map((output) => (
        <button
          key={output.index}
          type="button"
          className="output-choice"
          aria-pressed={output.index === index}
          aria-label={`Picture ${output.index + 1} of ${outputs.length}`}
          onClick={() => onPick(output.index)}
        >
          <OutputThumbnail output={output} />
        </button>
      ))}
    </fieldset>
  );
}
