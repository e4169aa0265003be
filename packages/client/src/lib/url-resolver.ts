import type { Generation, Output } from "./contract/generation.js";
import type { ActiveResponse } from "./contract/wire.js";

/** Makes what puts the relative output and preview URLs of a generation under an origin; "" leaves them as they are. */
export function createUrlResolver(baseUrl: string): (generation: Generation) => Generation {
  // Storage may sign URLs of its own, and those have an origin.
  const resolve = (url: string) => (/^\/(?!\/)/.test(url) ? baseUrl + url : url);
  return (generation) => {
    if (baseUrl === "") return generation;
    const { previewUrl } = generation.progress;
    const progress = { ...generation.progress, previewUrl: previewUrl && resolve(previewUrl) };
    if (generation.status !== "completed") return { ...generation, progress };
    const resolveOutput = (output: Output) => ({ ...output, url: resolve(output.url) });
    const [first, ...others] = generation.outputs;
    return { ...generation, progress, outputs: [resolveOutput(first), ...others.map(resolveOutput)] };
  };
}

/** The same for all that is active. */
export function withActiveUrls(
  active: ActiveResponse,
  withUrls: (generation: Generation) => Generation,
): ActiveResponse {
  return { ...active, generations: active.generations.map(withUrls), unseen: active.unseen.map(withUrls) };
}
