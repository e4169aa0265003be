import { type GenerationResponse, isTerminal, type SubmitResponse } from "@safelight/client/contract";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { PlannedPicture } from "../plan.ts";
import { ShownPicture } from "./shown-picture.tsx";

const path = "/api/generations";

/** Submits once, and shows what comes of it: by asking for its status at an interval. */
export function PolledPicture({ name, developMs, everyMs }: PlannedPicture & { readonly everyMs: number }) {
  const { data, mutate } = useMutation({
    mutationFn: () => ask<SubmitResponse>(path, { model: "demo", input: { name, developMs } }),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as if it was clicked
  useEffect(() => mutate(), []);
  const id = data?.generation.id;
  const status = useQuery({
    queryKey: ["generation", id],
    queryFn: () => ask<GenerationResponse>(`${path}/${id}`),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data !== undefined && isTerminal(state.data.generation) ? false : everyMs),
  });
  const generation = status.data?.generation;
  return <ShownPicture name={name} url={generation?.status === "completed" ? generation.outputs[0].url : undefined} />;
}

async function ask<Answer>(url: string, body?: object): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, body && { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} was answered ${response.status}.`);
  return response.json();
}
