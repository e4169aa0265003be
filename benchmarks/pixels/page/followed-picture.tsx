import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";
import { useEffect } from "react";
import type { App } from "../host.ts";
import type { PlannedPicture } from "../plan.ts";
import { ShownPicture } from "./shown-picture.tsx";

const { useActiveGeneration, useGenerate } = createSafelightHooks(createSafelightClient<App>());

/** Submits once, and shows what comes of it: by Safelight's hooks. */
export function FollowedPicture({ name, developMs }: PlannedPicture) {
  const { generate, generation } = useGenerate({ model: "demo", scope: name });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as if it was clicked
  useEffect(() => generate({ name, developMs }), []);
  return <ShownPicture name={name} url={generation?.status === "completed" ? generation.outputs[0].url : undefined} />;
}

/** As a host has it in its header: how much is in progress, and how the page hears of it. */
export function Header() {
  const { count, connection } = useActiveGeneration();
  return <output>{`${connection}, ${count} in progress`}</output>;
}
