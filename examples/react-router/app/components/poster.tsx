import type { GenerationOf } from "@safelight/client/contract";
import { useProgress } from "../hooks";
import type { App } from "../safelight.server";

/** One generation: its image or preview, its prompt, and its status. */
export function Poster({ generation }: { readonly generation: GenerationOf<App> }) {
  const { prompt } = generation.input;
  const { value } = useProgress(generation);
  const output = generation.status === "completed" ? generation.outputs[0] : null;
  const { previewUrl } = generation.progress;
  return (
    <figure>
      {output && <img src={output.url} width={output.width ?? 512} height={output.height ?? 512} alt={prompt} />}
      {!output && previewUrl && <img src={previewUrl} width={512} height={512} alt="" />}
      {generation.finishedAt === null && <progress aria-label={`Progress of ${prompt}`} value={value ?? undefined} />}
      <figcaption>
        {prompt} <span>{statusOf(generation)}</span>
      </figcaption>
    </figure>
  );
}

function statusOf(generation: GenerationOf<App>): string {
  const refund = generation.refundedCredits ? `${generation.refundedCredits} credits are back.` : "";
  switch (generation.status) {
    case "pending":
    case "processing":
      return "Developing";
    case "completed":
      return "Ready";
    case "failed":
      return `${generation.error.message} ${refund}`;
    case "canceled":
      return `Canceled. ${refund}`;
  }
}
