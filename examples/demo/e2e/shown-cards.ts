import type { BrowserContext, Page } from "playwright";

/** A notice card of a generation, shown by a page. */
export interface ShownCard {
  /** Id of the generation. */
  readonly id: string;
  readonly page: Page;
}

/**
 * Records the cards that the pages of a context show, across reloads. Call it before the pages open.
 *
 * @returns a live list with one entry per page load and generation.
 */
export async function recordCards(context: BrowserContext): Promise<readonly ShownCard[]> {
  const cards: ShownCard[] = [];
  await context.exposeBinding("reportCard", ({ page }, id: string) => void cards.push({ id, page }));
  await context.addInitScript(() => {
    const reported = new Set<string>();
    const report = (): void => {
      for (const card of document.querySelectorAll<HTMLElement>("[data-generations]")) {
        for (const id of card.dataset.generations?.split(" ") ?? []) {
          // `exposeBinding` above defines it.
          if (!reported.has(id)) (globalThis as unknown as { reportCard(id: string): void }).reportCard(id);
          reported.add(id);
        }
      }
    };
    new MutationObserver(report).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["data-generations"],
    });
  });
  return cards;
}
