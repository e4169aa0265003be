import { createFileRoute, Outlet, redirect } from "@tanstack/react-router";
import { Header } from "../components/header";
import { Toasts } from "../components/toasts";
import { currentUser, prefetchHeader } from "../prefetch";

export const Route = createFileRoute("/_signed-in")({
  // The connection keeps the data current: a navigation needs no other copy.
  staleTime: Number.POSITIVE_INFINITY,
  loader: async ({ context: { queryClient } }) => {
    const [user] = await Promise.all([currentUser(), prefetchHeader(queryClient)]);
    if (user === null) throw redirect({ to: "/sign-in" });
    return { user };
  },
  component: SignedIn,
});

function SignedIn() {
  const { user } = Route.useLoaderData();
  return (
    <Toasts>
      <Header user={user} />
      <main>
        <Outlet />
      </main>
    </Toasts>
  );
}
