import type { Generation } from "@safelight/client/contract";
import { QueryClient } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import type { UseGenerationNoticesOptions } from "../src/lib/notices/use-generation-notices.js";
import { openPage } from "./set-up.js";
import type { TestServer } from "./test-server.js";

/** A tab that adds the notices it presents to `presented`. */
export function openTab(server: TestServer, presented: string[], options: Partial<UseGenerationNoticesOptions> = {}) {
  const page = openPage(server, new QueryClient());
  const onNotice = ({ id }: Generation) => void presented.push(id);
  const tab = renderHook(() => page.hooks.useGenerationNotices({ onNotice, ...options }), { wrapper: page.wrapper });
  return { ...page, ...tab };
}

export const claims = (server: TestServer) => server.requestsTo("POST /notices/claim");
