import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";
import { useEffect } from "react";
import type { App } from "../host.ts";
import type { PlannedImage } from "../plan.ts";
import { ShownImage } from "./shown-image.tsx";

const { useActiveGeneration, useGenerate } = createSafelightHooks(createSafelightClient<App>());

/** Submits once, and shows the result by Safelight's hooks. */
export function FollowedImage({ name, jobMs }: PlannedImage) {
  const { generate, generation } = useGenerate({ model: "demo", scope: name });
  // biome-ignore lint/correctness/useExhaustiveDependencies: submits once, like a click
  useEffect(() => generate({ name, jobMs }), []);
  return <ShownImage name={name} url={generation?.status === "completed" ? generation.outputs[0].url : undefined} />;
}

/** A host's header: the number of active generations, and the state of the connection. */
export function Header() {
  const { count, connection } = useActiveGeneration();
  return <output>{`${connection}, ${count} in progress`}</output>;
}
