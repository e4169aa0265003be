import { setTimeout as pause } from "node:timers/promises";
import type { BrowserContext, Page, Route } from "playwright";

/** Nothing takes longer to be told and confirmed, in milliseconds. */
const maxNoticeMs = 20_000;

/** What the pages are known to have done. */
export interface Telling {
  readonly hasTold: (page: Page, id: string) => boolean;
  /** What the server has heard of. */
  readonly confirmed: ReadonlySet<string>;
}

/**
 * Follows what the pages of some contexts are given to tell.
 *
 * @returns loads a page anew, in a moment in which it has told and confirmed all that it was given, and is given nothing.
 */
export async function reloadAfterNotices(
  contexts: readonly BrowserContext[],
  { hasTold, confirmed }: Telling,
): Promise<(page: Page) => Promise<void>> {
  const given = new Map<Page, readonly string[]>();
  const asking = new Map<Page, number>();
  const leaving = new Set<Page>();
  const countAsking = (page: Page, by: number): void => void asking.set(page, (asking.get(page) ?? 0) + by);
  const answerClaim = async (route: Route): Promise<void> => {
    const page = route.request().frame().page();
    if (leaving.has(page)) return route.abort();
    countAsking(page, 1);
    const response = await route.fetch();
    const generations: readonly { readonly id: string }[] = response.ok() ? (await response.json()).generations : [];
    given.set(page, [...(given.get(page) ?? []), ...generations.map(({ id }) => id)]);
    await route.fulfill({ response });
    countAsking(page, -1);
  };
  for (const context of contexts) await context.route("**/notices/claim", answerClaim);
  const untold = (page: Page): readonly string[] =>
    (given.get(page) ?? []).filter((id) => !hasTold(page, id) || !confirmed.has(id));
  return async (page) => {
    leaving.add(page);
    for (const end = Date.now() + maxNoticeMs; (asking.get(page) ?? 0) > 0 || untold(page).length > 0; ) {
      if (Date.now() > end) throw new Error(`A page was given ${untold(page).join(", ")}, and did not tell.`);
      await pause(20);
    }
    page.once("framenavigated", () => leaving.delete(page));
    await page.reload();
  };
}
