import type { ActiveResponse } from "@safelight/client/contract";
import { QueryClient } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { estimatedGeneration } from "../../../test/estimated-generation.js";
import { pass } from "../../../test/pass.js";
import { openPage } from "../../../test/set-up.js";
import { type TestServer, testServer } from "../../../test/test-server.js";
import { toActiveData } from "../query/active-data.js";
import { prefetchActive } from "../query/prefetch-active.js";
import { safelightKeys } from "../query/safelight-keys.js";
import type { ProgressView } from "./progress-view.js";

const behindMs = -3_600_000;

/** An active generation on a server whose clock is an hour behind: it started two seconds ago and takes ten. */
function aboutNow(server: TestServer): ActiveResponse {
  const now = Date.now();
  vi.setSystemTime(now + behindMs);
  estimatedGeneration(server, 0.18, { createdMs: -3_000, startedMs: -2_000, expectedMs: 8_000, etaMs: 8_000 });
  const active = server.active();
  vi.setSystemTime(now);
  return active;
}

interface BarProps extends Pick<ReturnType<typeof openPage>, "hooks"> {
  readonly seen: ProgressView[];
}

function Bar({ hooks, seen }: BarProps) {
  const progress = hooks.useProgress(hooks.useActiveGeneration().generation);
  seen.push(progress);
  return <progress value={progress.value ?? undefined}>{JSON.stringify(progress)}</progress>;
}

/** The page as a server renders it, or as a browser hydrates that. `seen` has the views it showed. */
async function openPageWith(server: TestServer, active: ActiveResponse, seen: ProgressView[]) {
  const queryClient = new QueryClient();
  await prefetchActive(queryClient, { active: async () => active }, { headers: new Headers() });
  const { hooks, wrapper: Page } = openPage(server, queryClient);
  const page = (
    <Page>
      <Bar hooks={hooks} seen={seen} />
    </Page>
  );
  return { page, queryClient };
}

describe("useProgress: prefetched data", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "requestAnimationFrame", "cancelAnimationFrame"] }));
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("is the same in the first render as on the server, and moves on from there", async () => {
    const onRecoverableError = vi.fn();
    const server = testServer();
    const active = aboutNow(server);
    const onServer: ProgressView[] = [];
    const container = document.createElement("div");
    container.innerHTML = renderToString((await openPageWith(server, active, onServer)).page);
    expect(onServer.at(-1)).toMatchObject({ value: 0.18, percent: 18, elapsedMs: 3_000, remainingMs: 8_000 });
    // Time of the response in transit.
    vi.setSystemTime(Date.now() + 500);
    const inBrowser: ProgressView[] = [];
    const { page, queryClient } = await openPageWith(server, active, inBrowser);
    render(page, { container, hydrate: true, onRecoverableError });
    expect(inBrowser[0]).toEqual(onServer.at(-1));
    expect(onRecoverableError).not.toHaveBeenCalled();
    expect(queryClient.getQueryData(safelightKeys.active())).toMatchObject({ serverOffsetMs: behindMs - 500 });
    await pass(5_000);
    const { value, elapsedMs, remainingMs } = inBrowser.at(-1) ?? {};
    expect(value).toBeCloseTo(0.63, 2);
    expect([elapsedMs, remainingMs].map((ms) => Math.round((ms ?? 0) / 1_000))).toEqual([8, 3]);
    expect(server.received().every(({ path }) => path.startsWith("/active?after="))).toBe(true);
  });

  it("is the same in a part that hydrates later than the rest of the page", async () => {
    const onRecoverableError = vi.fn();
    const server = testServer();
    const active = aboutNow(server);
    const container = document.createElement("div");
    container.innerHTML = renderToString((await openPageWith(server, active, [])).page);
    const { page, queryClient } = await openPageWith(server, active, []);
    queryClient.setQueryData(safelightKeys.active(), toActiveData(active, Date.now()));
    vi.setSystemTime(Date.now() + 4_000);
    render(page, { container, hydrate: true, onRecoverableError });
    expect(onRecoverableError).not.toHaveBeenCalled();
    expect(container.textContent).toContain('"elapsedMs":7000');
  });
});
