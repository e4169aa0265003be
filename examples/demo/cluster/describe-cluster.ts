import type { Cluster } from "./start-cluster.ts";
import type { ProcessEvent } from "./supervised-process.ts";

/** The address, the processes, and experiments with them. */
export function describeCluster(
  { url, processes, dataFolder }: Cluster,
  { isKept }: { readonly isKept: boolean },
): string {
  const pidOf = (searched: string): string => String(processes.find(({ name }) => name === searched)?.pid ?? "");
  const kill = (name: string, effect: string): string =>
    `  kill -9 ${pidOf(name).padEnd(8)} ${name.padEnd(9)} ${effect}`;
  return [
    "",
    `Safelight demo on Postgres: ${url}`,
    "",
    ...processes.map(({ name, pid }) => `  process ${String(pid).padEnd(8)} ${name}`),
    "",
    "Submit some images, and kill any process while they develop. It is restarted. For example:",
    "",
    kill("web 1", "pages reconnect through web 2 within a second or two"),
    kill("worker 1", "another worker continues its images, at the latest after the lease of 3 seconds"),
    kill("postgres", "nothing is accepted until it runs again, some seconds later; then all images continue"),
    "",
    "No image is lost, and each is charged once.",
    isKept
      ? `Ctrl+C ends all processes. The data stays in ${dataFolder}.`
      : `Ctrl+C ends all processes and deletes ${dataFolder}. DEMO_DATA=folder keeps the data.`,
    "",
  ].join("\n");
}

/** One line for a person who watches the cluster; `null` for none. */
export function describeEvent(event: ProcessEvent): string | null {
  switch (event.type) {
    case "started":
      return null;
    case "ready":
      return `${event.name}: process ${event.pid} is ready`;
    case "ended": {
      const reason = event.output.trim().split("\n").at(-1) ?? "";
      const state = event.wasReady ? "ended" : "did not start";
      return `${event.name}: process ${event.pid} ${state} (${event.how})${reason && `: ${reason}`}; restarting`;
    }
    case "output":
      return event.name === "postgres" ? null : event.text.trimEnd().replaceAll(/^/gm, `${event.name} | `);
  }
}
