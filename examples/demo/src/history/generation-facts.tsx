import type { Generation, Output } from "@safelight/client/contract";
import { describeAspectRatio } from "../models/aspect-ratio.ts";
import { acceptsField } from "../models/models.ts";
import { useModelName } from "../models/use-offered-models.ts";
import { useProgress } from "../safelight.ts";
import { toDraft } from "../studio/draft.ts";
import { describeFile } from "../text/describe-file.ts";
import { countCredits, describeOutcome, describeRefund } from "../text/describe-outcome.ts";
import { describeDuration, formatMoment } from "../text/format-time.ts";

/** Status, times, model, settings and price of a generation, as a list. */
export function GenerationFacts(props: {
  readonly generation: Generation;
  /** The output that is shown, whose file the list describes; `null` for none. */
  readonly output: Output | null;
}) {
  const { generation, output } = props;
  const { seed, image, clip } = toDraft(generation);
  const model = useModelName(generation);
  const settings = describeSettings(generation);
  const { credits, finishedAt } = generation;
  const refund = describeRefund(generation);
  const { percent } = useProgress(generation);
  const facts = [
    ["State", describeState(generation, percent)],
    ["Asked for", formatMoment(generation.createdAt)],
    finishedAt !== null && ["Took", describeDuration(Date.parse(finishedAt) - Date.parse(generation.createdAt))],
    model !== null && ["Model", model],
    settings !== "" && ["Settings", settings],
    image !== null && ["Began from", "A picture of yours"],
    clip !== null && ["Began from", "A clip of yours"],
    seed !== null && ["Seed", String(seed)],
    // An image shows its pixels.
    output !== null && output.kind !== "image" && ["File", describeFile(output)],
    credits !== null && ["Price", [describePrice(generation, credits), refund].filter(Boolean).join(" · ")],
    generation.retryOf !== null && ["Origin", "Tried again from an earlier one"],
  ].filter((fact) => fact !== false);
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function describePrice({ requestedOutputs }: Generation, credits: number): string {
  const each = credits / requestedOutputs;
  return requestedOutputs > 1 && Number.isInteger(each)
    ? `${countCredits(credits)} (${each} each)`
    : countCredits(credits);
}

function describeSettings(generation: Generation): string {
  const { steps, size, aspectRatio, count } = toDraft(generation);
  const settings = [
    acceptsField(generation.model, "size") && `${size} px`,
    acceptsField(generation.model, "aspectRatio") && describeAspectRatio(aspectRatio),
    acceptsField(generation.model, "steps") && `${steps} steps`,
    count > 1 && `${count} pictures`,
  ];
  return settings.filter((setting) => setting !== false).join(", ");
}

function describeState(generation: Generation, percent: number | null): string {
  switch (generation.status) {
    case "pending":
      return "Waiting";
    case "processing":
      return percent === null ? "Developing" : `Developing, ${percent}%`;
    default:
      return describeOutcome(generation);
  }
}
