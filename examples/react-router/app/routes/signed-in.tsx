import { prefetchActive, prefetchCredits } from "@safelight/react/query";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { Outlet } from "react-router";
import { Header } from "../components/header";
import { Toasts } from "../components/toasts";
import { safelight } from "../safelight.server";
import { requireUser } from "../session.server";
import type { Route } from "./+types/signed-in";

/** Sends the active generations and the balance with the HTML of each page, so that the browser does not request them. */
export async function loader({ request }: Route.LoaderArgs) {
  const user = await requireUser(request);
  const queryClient = new QueryClient();
  const { headers } = request;
  await Promise.all([
    prefetchActive(queryClient, safelight.api, { headers }),
    prefetchCredits(queryClient, safelight.api, { headers }),
  ]);
  return { user, state: dehydrate(queryClient) };
}

/** The connection keeps the data current: a navigation needs no other copy. */
export const shouldRevalidate = () => false;

export default function SignedIn({ loaderData: { state, user } }: Route.ComponentProps) {
  return (
    <HydrationBoundary state={state}>
      <Toasts>
        <Header user={user} />
        <main>
          <Outlet />
        </main>
      </Toasts>
    </HydrationBoundary>
  );
}
