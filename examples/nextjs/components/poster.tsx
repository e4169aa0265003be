import type { Generation, GenerationOf } from "@safelight/client/contract";
import type { App } from "@/safelight";

/** One generation: its image or preview, its prompt, and its status. */
export function Poster({ generation }: { readonly generation: GenerationOf<App> }) {
  const { prompt } = generation.input;
  const image = generation.status === "completed" ? generation.outputs[0] : null;
  const url = image?.url ?? generation.progress.previewUrl;
  const isActive = generation.finishedAt === null;
  return (
    <figure>
      {url !== null && (
        // biome-ignore lint/performance/noImgElement: the URL is signed and expires, so no optimizer should cache it
        <img src={url} width={image?.width ?? 512} height={image?.height ?? 512} alt={image ? prompt : ""} />
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
