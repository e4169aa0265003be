"use client";

import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";
import { createSafelightNoticeHooks } from "@safelight/react/notices";
import type { App } from "@/lib/safelight";

const client = createSafelightClient<App>();
const hooks = { ...createSafelightHooks(client), ...createSafelightNoticeHooks(client) };

/** Every hook. The build fails when one of them reads the clock or randomness while Next prerenders. */
export default function Page() {
  const { generation } = hooks.useGenerate({ model: "poster" });
  const { count } = hooks.useActiveGeneration();
  const { percent } = hooks.useProgress(generation);
  const { balance } = hooks.useCredits();
  const { generations } = hooks.useGenerationHistory();
  hooks.useGeneration("gen_00000000-0000-7000-8000-000000000001");
  hooks.useGenerationNotices({ onNotice: () => {} });
  hooks.useSystemNotices({ notice: () => null });
  hooks.useTitleBadge();
  return [count, percent, balance, generations.length].join();
}
