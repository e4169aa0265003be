/** A page that starts an image, follows it and shows it. */
export interface Page {
  readonly name: string;
  /** Relative to `benchmarks`. */
  readonly entry: string;
  readonly isOurs: boolean;
}

/** The targets apply to the first page. */
export const pages: readonly Page[] = [
  ours("Safelight: `createSafelightHooks`, `useGenerate` and `useActiveGeneration`", "hooks.tsx"),
  ours("Safelight: the same two hooks, imported one by one", "direct-hooks.jsx"),
  ours("Safelight: `useActiveGeneration` alone", "active-generation.jsx"),
  ours("Safelight: the client alone", "client.tsx"),
  peer("Replicate, client", "replicate"),
  peer("fal, client", "fal"),
  peer("Trigger.dev, `useRealtimeTaskTrigger`", "trigger-dev"),
  peer("AI SDK, `useChat`", "ai-sdk"),
  peer("TanStack AI, `useGenerateImage`", "tanstack-ai"),
  peer("UploadThing, `useUploadThing`", "uploadthing"),
  peer("Better Auth, `useSession`", "better-auth"),
];

function ours(name: string, file: string): Page {
  return { name, entry: `bytes/entries/${file}`, isOurs: true };
}

function peer(name: string, file: string): Page {
  return { name, entry: `peers/bytes/${file}.tsx`, isOurs: false };
}
