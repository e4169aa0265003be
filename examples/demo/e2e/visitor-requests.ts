import type { BrowserContext, Page } from "playwright";

/** What one page was seen to tell of one generation. */
export interface ShownCard {
  readonly id: string;
  readonly page: Page;
}

/** Listens to the cards that the pages of a context will show, over reloads. @returns what they tell, as it grows. */
export async function recordCards(context: BrowserContext): Promise<readonly ShownCard[]> {
  const told: ShownCard[] = [];
  await context.exposeBinding("reportTold", ({ page }, id: string) => void told.push({ id, page }));
  await context.addInitScript(() => {
    const known = new Set<string>();
    const look = (): void => {
      for (const card of document.querySelectorAll<HTMLElement>("[data-generations]")) {
        for (const id of card.dataset.generations?.split(" ") ?? []) {
          // The binding above put it there.
          if (!known.has(id)) (globalThis as unknown as { reportTold(id: string): void }).reportTold(id);
          known.add(id);
        }
      }
    };
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["data-generations"],
    });
  });
  return told;
}

/** Asks the demo for a picture as this visitor, without a page. @returns the id of the generation. */
export async function submitGeneration(
  context: BrowserContext,
  url: string,
  input: { readonly prompt: string; readonly steps?: number },
): Promise<string> {
  const response = await context.request.post(`${url}/api/generations`, {
    data: { model: "demo", input: { steps: 1, size: 256, ...input } },
    // The server closes a connection that was idle for five seconds, perhaps as it is used again: then it is sent once more.
    headers: { "idempotency-key": crypto.randomUUID() },
    maxRetries: 3,
  });
  if (response.status() !== 202) throw new Error(`the demo answered ${response.status()}: ${await response.text()}`);
  return (await response.json()).generation.id;
}

/** Waits until a generation is in the vendor's queue: nothing is told of it from there to its first step. */
export async function waitForQueue(context: BrowserContext, url: string, id: string): Promise<void> {
  for (let isQueued = false; !isQueued; ) {
    const response = await context.request.get(`${url}/api/generations/${id}`);
    const { queuePosition, value } = (await response.json()).generation.progress;
    isQueued = queuePosition !== null || value !== null;
  }
}

/** Waits until all of these generations have ended, asking as this visitor without a page. */
export async function waitForEnds(context: BrowserContext, url: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    let status = "pending";
    while (status === "pending" || status === "processing") {
      const response = await context.request.get(`${url}/api/generations/${id}?wait=5`);
      if (response.ok()) status = (await response.json()).generation.status;
    }
  }
}
