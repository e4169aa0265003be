import { prefetchHistory } from "@safelight/react/query";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { History } from "../components/history";
import { safelight } from "../safelight.server";
import { requireUser } from "../session.server";
import type { Route } from "./+types/history";

export async function loader({ request }: Route.LoaderArgs) {
  await requireUser(request);
  const queryClient = new QueryClient();
  await prefetchHistory(queryClient, safelight.api, { headers: request.headers });
  return dehydrate(queryClient);
}

export default function HistoryPage({ loaderData }: Route.ComponentProps) {
  return (
    <HydrationBoundary state={loaderData}>
      <h1>History</h1>
      <History />
    </HydrationBoundary>
  );
}
