import { createSafelightClient } from "@safelight/client";
import type { SafelightApp } from "@safelight/client/contract";
import { createDevtools } from "@safelight/client/devtools";
import { createSafelightHooks } from "@safelight/react";
import { TanStackDevtools } from "@tanstack/react-devtools";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

const devtools = createDevtools();
const client = createSafelightClient<SafelightApp>({ fetch: devtools.fetch });
const { useActiveGeneration, useCredits } = createSafelightHooks(client);

/** The panel in the page, and as a plugin of TanStack Devtools. */
export function DevtoolsScene() {
  const queryClient = useQueryClient();
  const { connection } = useActiveGeneration();
  const { balance } = useCredits();
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => (panel.current ? devtools.mount(panel.current, { queryClient }) : undefined), [queryClient]);
  return (
    <main className="flex min-h-dvh flex-col gap-4 bg-background p-6 text-foreground">
      <h1 className="text-xl font-semibold">Devtools</h1>
      <p>
        {connection}, {balance} credits
      </p>
      <div ref={panel} data-testid="panel" className="dark:scheme-dark" />
      <TanStackDevtools config={{ defaultOpen: true }} plugins={[devtools.plugin({ queryClient })]} />
    </main>
  );
}
