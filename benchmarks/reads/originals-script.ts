import { setTimeout as pause } from "node:timers/promises";
import type { ActiveResponse, HistoryResponse, SubmitResponse } from "@safelight/client/contract";
import { handleCommands } from "../frame/handle-commands.ts";
import { type Input, openHost } from "./open-host.ts";
import { originalOwner, originals } from "./originals.ts";

handleCommands({ make: makeOriginals });

/** Makes a few hundred generations through the API, as owners and a worker do. All other generations are copies of them. */
async function makeOriginals(file: string): Promise<void> {
  const { safelight } = openHost(file);
  await safelight.migrate();
  const request = async <Body>(path: string, body?: unknown): Promise<Body> => {
    const method = body === undefined ? "GET" : "POST";
    const headers = {
      authorization: originalOwner,
      "content-type": "application/json",
      ...(path === "" && { "idempotency-key": crypto.randomUUID() }),
    };
    const url = `http://host/api/generations${path}`;
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await safelight.handler(new Request(url, init));
    if (!response.ok) throw new Error(`${method} ${path} got status ${response.status}: ${await response.text()}`);
    // The contract defines the response of the route.
    return (response.status === 204 ? null : await response.json()) as Body;
  };
  const submit = async (end: Input["end"], number: number): Promise<string> => {
    const prompt = `${"a lake at dawn, seen from the hills; ".repeat(1 + (number % 5))}${number}`;
    const { generation } = await request<SubmitResponse>("", {
      model: "demo",
      input: { prompt, end },
      scope: "studio",
    });
    return generation.id;
  };
  for (let number = 0; number < originals.canceled; number += 1) {
    await request(`/${await submit("completed", number)}/cancel`, {});
  }
  for (const end of ["completed", "failed", "never"] as const) {
    for (let number = 0; number < originals[end]; number += 1) await submit(end, number);
  }
  safelight.worker.start();
  for (let polls = 0; ; polls += 1) {
    const { generations } = await request<ActiveResponse>("/active");
    const isAtRest = generations.every(({ status }) => status === "processing");
    if (generations.length === originals.never && isAtRest) break;
    if (polls === 600) throw new Error("The originals did not end in time.");
    await pause(100);
  }
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: HistoryResponse = await request<HistoryResponse>(`?limit=100${cursor && `&cursor=${cursor}`}`);
    const ended = page.generations.filter(({ finishedAt }) => finishedAt !== null);
    if (ended.length > 0) await request("/seen", { ids: ended.map(({ id }) => id) });
    cursor = page.nextCursor;
  }
  await safelight.close();
}
