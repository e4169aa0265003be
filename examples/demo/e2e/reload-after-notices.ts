import { setTimeout as pause } from "node:timers/promises";
import type { BrowserContext, Page, Route } from "playwright";

/** Time limit for a page to show and confirm its notices, in milliseconds. */
const maxNoticeMs = 20_000;

/** Notices that the test has observed. */
export interface NoticeState {
  readonly hasShown: (page: Page, id: string) => boolean;
  /** Ids of generations whose notice the server has confirmed. */
  readonly confirmed: ReadonlySet<string>;
}

/**
 * Tracks the notices that the pages of some contexts claim.
 *
 * @returns a function that reloads a page once the page has shown and confirmed all claimed notices. It aborts further
 *   claims of the page until the reload.
 */
export async function reloadAfterNotices(
  contexts: readonly BrowserContext[],
  { hasShown, confirmed }: NoticeState,
): Promise<(page: Page) => Promise<void>> {
  const claimed = new Map<Page, readonly string[]>();
  const pendingClaims = new Map<Page, number>();
  const leaving = new Set<Page>();
  const countClaims = (page: Page, by: number): void =>
    void pendingClaims.set(page, (pendingClaims.get(page) ?? 0) + by);
  const handleClaim = async (route: Route): Promise<void> => {
    const page = route.request().frame().page();
    if (leaving.has(page)) return route.abort();
    countClaims(page, 1);
    const response = await route.fetch();
    const generations: readonly { readonly id: string }[] = response.ok() ? (await response.json()).generations : [];
    claimed.set(page, [...(claimed.get(page) ?? []), ...generations.map(({ id }) => id)]);
    await route.fulfill({ response });
    countClaims(page, -1);
  };
  for (const context of contexts) await context.route("**/notices/claim", handleClaim);
  const openNotices = (page: Page): readonly string[] =>
    (claimed.get(page) ?? []).filter((id) => !hasShown(page, id) || !confirmed.has(id));
  return async (page) => {
    leaving.add(page);
    for (const end = Date.now() + maxNoticeMs; (pendingClaims.get(page) ?? 0) > 0 || openNotices(page).length > 0; ) {
      if (Date.now() > end) throw new Error(`A page claimed ${openNotices(page).join(", ")} and did not show them.`);
      await pause(20);
    }
    page.once("framenavigated", () => leaving.delete(page));
    await page.reload();
  };
}
