import { type GenerationResponse, isTerminal, type SubmitResponse } from "@safelight/client/contract";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { PlannedImage } from "../plan.ts";
import { ShownImage } from "./shown-image.tsx";

const path = "/api/generations";

/** Submits once, and shows the result by polling its status. */
export function PolledImage({ name, jobMs, everyMs }: PlannedImage & { readonly everyMs: number }) {
  const { data, mutate } = useMutation({
    mutationFn: () => fetchJson<SubmitResponse>(path, { model: "demo", input: { name, jobMs } }),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: submits once, like a click
  useEffect(() => mutate(), []);
  const id = data?.generation.id;
  const status = useQuery({
    queryKey: ["generation", id],
    queryFn: () => fetchJson<GenerationResponse>(`${path}/${id}`),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data !== undefined && isTerminal(state.data.generation) ? false : everyMs),
  });
  const generation = status.data?.generation;
  return <ShownImage name={name} url={generation?.status === "completed" ? generation.outputs[0].url : undefined} />;
}

async function fetchJson<Body>(url: string, body?: object): Promise<Body> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, body && { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} got status ${response.status}.`);
  return response.json();
}
