import type { Generation, GenerationOf } from "@safelight/client/contract";
import type { App } from "@/safelight";
import { OutputMedia } from "./output-media";

/** One generation: its output or preview, its prompt, and its status. */
export function Poster({ generation }: { readonly generation: GenerationOf<App> }) {
  const { prompt } = generation.input;
  const output = generation.status === "completed" ? generation.outputs[0] : null;
  const { previewUrl } = generation.progress;
  const isActive = generation.finishedAt === null;
  return (
    <figure>
      {output !== null && <OutputMedia output={output} label={prompt} />}
      {output === null && previewUrl !== null && (
        // biome-ignore lint/performance/noImgElement: the URL is signed and expires, so no optimizer should cache it
        <img src={previewUrl} width={512} height={512} alt="" />
      )}
      {isActive && <progress aria-label={`Progress of ${prompt}`} value={generation.progress.value ?? undefined} />}
      <figcaption>
        {prompt} <span>{statusOf(generation)}</span>
      </figcaption>
    </figure>
  );
}

function statusOf(generation: Generation): string {
  switch (generation.status) {
    case "pending":
    case "processing":
      return "Developing";
    case "completed":
      return "Ready";
    case "failed":
      return `${generation.error.message} ${refundOf(generation)}`;
    case "canceled":
      return `Canceled. ${refundOf(generation)}`;
  }
}

function refundOf({ refundedCredits }: Generation): string {
  return refundedCredits ? `${refundedCredits} credits are back.` : "";
}
