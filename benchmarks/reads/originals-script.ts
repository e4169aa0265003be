import { setTimeout as pause } from "node:timers/promises";
import type { ActiveResponse, HistoryResponse, SubmitResponse } from "@safelight/client/contract";
import { answering } from "../frame/answering.ts";
import { type Input, openHost } from "./open-host.ts";
import { originalOwner, originals } from "./originals.ts";

answering({ make: makeOriginals });

/** Makes a few hundred generations as owners and a worker do, through the API, for all others to be copies of. */
async function makeOriginals(file: string): Promise<void> {
  const { safelight } = openHost(file);
  await safelight.migrate();
  const ask = async <Body>(path: string, body?: unknown): Promise<Body> => {
    const method = body === undefined ? "GET" : "POST";
    const headers = {
      authorization: originalOwner,
      "content-type": "application/json",
      ...(path === "" && { "idempotency-key": crypto.randomUUID() }),
    };
    const url = `http://host/api/generations${path}`;
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await safelight.handler(new Request(url, init));
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
    // What the contract says of the route.
    return (response.status === 204 ? null : await response.json()) as Body;
  };
  const submit = async (end: Input["end"], number: number): Promise<string> => {
    const prompt = `${"a lake at dawn, seen from the hills; ".repeat(1 + (number % 5))}${number}`;
    const { generation } = await ask<SubmitResponse>("", { model: "demo", input: { prompt, end }, scope: "studio" });
    return generation.id;
  };
  for (let number = 0; number < originals.canceled; number += 1) {
    await ask(`/${await submit("completed", number)}/cancel`, {});
  }
  for (const end of ["completed", "failed", "never"] as const) {
    for (let number = 0; number < originals[end]; number += 1) await submit(end, number);
  }
  safelight.worker.start();
  for (let looks = 0; ; looks += 1) {
    const { generations } = await ask<ActiveResponse>("/active");
    const isAtRest = generations.every(({ status }) => status === "processing");
    if (generations.length === originals.never && isAtRest) break;
    if (looks === 600) throw new Error("The originals do not end.");
    await pause(100);
  }
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: HistoryResponse = await ask<HistoryResponse>(`?limit=100${cursor && `&cursor=${cursor}`}`);
    const ended = page.generations.filter(({ finishedAt }) => finishedAt !== null);
    if (ended.length > 0) await ask("/seen", { ids: ended.map(({ id }) => id) });
    cursor = page.nextCursor;
  }
  await safelight.close();
}
