import { createSafelightClient } from "@safelight/client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createSafelightHooks } from "../src/lib/hooks/create-safelight-hooks.js";
import type { App } from "./set-up.js";

// A separate page for tests that reload it, with the default options of a host.
const { useActiveGeneration, useCredits, useGenerate } = createSafelightHooks(createSafelightClient<App>());

function Studio() {
  const { generate, generation, isSubmitting, isResumed } = useGenerate({ model: "flux" });
  const { count } = useActiveGeneration();
  const { balance } = useCredits();
  const status = isSubmitting ? "submitting" : (generation?.status ?? "nothing");
  return (
    <main>
      <button type="button" onClick={() => generate({ prompt: "a lamp" })}>
        Generate
      </button>
      <output>{`${status}${isResumed ? ", resumed" : ""}, ${count} active, ${balance ?? "no"} credits`}</output>
    </main>
  );
}

createRoot(document.body.appendChild(document.createElement("div"))).render(
  <StrictMode>
    <QueryClientProvider client={new QueryClient()}>
      <Studio />
    </QueryClientProvider>
  </StrictMode>,
);
