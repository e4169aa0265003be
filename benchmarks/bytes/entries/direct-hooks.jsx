// JavaScript, because a registered app type would apply to the whole repository.
import { createSafelightClient } from "@safelight/client";
import { SafelightProvider, useActiveGeneration, useGenerate } from "@safelight/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";

const queryClient = new QueryClient();
const client = createSafelightClient();

/** The README's page, with individually imported hooks. */
export function Page() {
  return (
    <QueryClientProvider client={queryClient}>
      <SafelightProvider client={client}>
        <Studio />
      </SafelightProvider>
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
