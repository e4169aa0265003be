import type { Generation } from "@safelight/client/contract";
import { useProgress } from "../safelight.ts";
import { toDraft } from "../studio/draft.ts";
import { countCredits, describeFailure, describeRefund } from "../words/ending-of.ts";
import { describeDuration, formatMoment } from "../words/format-time.ts";
import { pictureInputOf } from "../words/picture-input.ts";

/** What is known about a generation, as a list. */
export function GenerationFacts({ generation }: { readonly generation: Generation }) {
  const { steps, size, count, seed } = toDraft(pictureInputOf(generation));
  const { credits, finishedAt } = generation;
  const refund = describeRefund(generation);
  const { percent } = useProgress(generation);
  const facts = [
    ["State", describeState(generation, percent)],
    ["Asked for", formatMoment(generation.createdAt)],
    finishedAt !== null && ["Took", describeDuration(Date.parse(finishedAt) - Date.parse(generation.createdAt))],
    ["Settings", `${size} × ${size} px, ${steps} steps${count > 1 ? `, ${count} pictures` : ""}`],
    seed !== null && ["Seed", String(seed)],
    credits !== null && ["Price", [countCredits(credits), refund].filter(Boolean).join(" · ")],
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

function describeState(generation: Generation, percent: number | null): string {
  switch (generation.status) {
    case "pending":
      return "Waiting for a tray";
    case "processing":
      return percent === null ? "Developing" : `Developing, ${percent}%`;
    case "completed":
      return "Completed";
    case "failed":
      return `Failed. ${describeFailure(generation.error.code)}`;
    case "canceled":
      return "Canceled";
  }
}
