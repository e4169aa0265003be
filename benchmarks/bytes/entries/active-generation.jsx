// JavaScript, because a registered app type would apply to the whole repository.
import { createSafelightClient } from "@safelight/client";
import { SafelightProvider, useActiveGeneration } from "@safelight/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";

const queryClient = new QueryClient();
const client = createSafelightClient();

/** A header that shows the active generation only. */
export function Page() {
  return (
    <QueryClientProvider client={queryClient}>
      <SafelightProvider client={client}>
        <Header />
      </SafelightProvider>
    </QueryClientProvider>
  );
}

function Header() {
  const { count, generation } = useActiveGeneration();
  return (
    <header>
      {count > 0 && <progress value={generation?.progress.value ?? undefined} />}
      {generation?.status === "completed" && <img src={generation.outputs[0].url} alt="The result" />}
    </header>
  );
}
