import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import type { App } from "./readme/safelight.ts";

// A page on the hooks that runs with each supported version of React and TanStack Query.
const { useGenerate, useActiveGeneration } = createSafelightHooks(createSafelightClient<App>());

function Page() {
  const { generate } = useGenerate({ model: "poster" });
  const { generation } = useActiveGeneration({ model: "poster" });
  return (
    <main>
      <button type="button" onClick={() => generate({ prompt: "a lamp" })}>
        Generate
      </button>
      {generation?.status === "completed" && <img src={generation.outputs[0].url} alt="" />}
    </main>
  );
}

const element = document.body.appendChild(document.createElement("div"));
createRoot(element).render(
  <QueryClientProvider client={new QueryClient()}>
    <Page />
  </QueryClientProvider>,
);
