import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { App } from "../../footprint/host-script.ts";

const queryClient = new QueryClient();
const { useActiveGeneration, useGenerate } = createSafelightHooks(createSafelightClient<App>());

/** The README's page. */
export function Page() {
  return (
    <QueryClientProvider client={queryClient}>
      <Studio />
    </QueryClientProvider>
  );
}

function Studio() {
  const { error, generate, isActive } = useGenerate({ model: "poster" });
  const { generation } = useActiveGeneration({ model: "poster" });
  return (
    <form action={(form) => generate({ prompt: String(form.get("prompt")) })}>
      <input name="prompt" aria-label="Prompt" required />
      <button type="submit" disabled={isActive}>
        Develop
      </button>
      {isActive && <progress value={generation?.progress.value ?? undefined} />}
      {generation?.status === "completed" && <img src={generation.outputs[0].url} alt="The result" />}
      {error && <p>{error.message}</p>}
    </form>
  );
}
