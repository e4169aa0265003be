import { prefetchActive, prefetchCredits, prefetchHistory } from "@safelight/react/query";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { headers } from "next/headers";
import { connection } from "next/server";
import { Suspense } from "react";
import { safelight } from "../../lib/safelight";
import { PostersPage } from "./posters-page";
import { Providers } from "./providers";

export default function Page() {
  return (
    <Providers>
      <Suspense fallback={<p>Loading…</p>}>
        <PrefetchedPage />
      </Suspense>
    </Providers>
  );
}

/** The first HTML shows the user's running generation, credits and history. */
async function PrefetchedPage() {
  // Prerendering stops here: everything below reads the request, the clock and the database.
  await connection();
  const queryClient = new QueryClient();
  const caller = { headers: await headers() };
  await Promise.all([
    prefetchActive(queryClient, safelight.api, caller),
    prefetchCredits(queryClient, safelight.api, caller),
    prefetchHistory(queryClient, safelight.api, caller),
  ]);
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <PostersPage />
    </HydrationBoundary>
  );
}
