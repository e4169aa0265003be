import { vi } from "vitest";
import type { TestServer } from "./test-server.js";

/**
 * Queues a generation whose progress is an estimate. Requires fake timers.
 *
 * @param at when it was submitted, started and is expected to end, in milliseconds from now.
 * @returns its id.
 */
export function estimatedGeneration(
  server: TestServer,
  value: number,
  at: { readonly createdMs: number; readonly startedMs: number; readonly expectedMs: number; readonly etaMs?: number },
): string {
  const now = Date.now();
  const expectedAt = new Date(now + at.expectedMs).toISOString();
  vi.setSystemTime(now + at.createdMs);
  const { id } = server.submit();
  vi.setSystemTime(now + at.startedMs);
  server.progress(id, value, { source: "estimate", expectedAt, etaMs: at.etaMs ?? null });
  vi.setSystemTime(now);
  return id;
}
