import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useCallback, useState } from "react";
import { Route, Switch, useLocation } from "wouter";
import { ConnectionBanner } from "../../../packages/react/blocks/connection-banner/connection-banner";
import { GenerationToasts } from "../../../packages/react/blocks/generation-toasts/generation-toasts";
import { CollectionPage } from "./collections/collection-page.tsx";
import { CollectionsPage } from "./collections/collections-page.tsx";
import { CreatePage } from "./create/create-page.tsx";
import { CreditsPage } from "./credits/credits-page.tsx";
import { Header } from "./shell/header.tsx";
import { FailedNote, LoadingNote } from "./shell/notes.tsx";
import { Page } from "./shell/page.tsx";
import { useInternalLinks } from "./shell/use-internal-links.ts";
import { SignInPage } from "./sign-in/sign-in-page.tsx";
import { JoinPage } from "./team/join-page.tsx";
import { TeamPage } from "./team/team-page.tsx";
import { users } from "./users.ts";

export function App() {
  const { data, isPending, error, refetch } = users.useSession();
  if (data !== null)
    return (
      <UserCache key={data.user.id}>
        <SignedIn {...data.user} />
      </UserCache>
    );
  if (isPending)
    return (
      <Page title="Studio">
        <LoadingNote>Loading…</LoadingNote>
      </Page>
    );
  if (error !== null)
    return (
      <Page title="Studio">
        <FailedNote onRetry={() => void refetch()}>The studio cannot be reached.</FailedNote>
      </Page>
    );
  return <SignInPage />;
}

/** A cache for one user. With the user's id as its key, another user who signs in, also in another tab, sees no data and no state of it. */
function UserCache({ children }: { readonly children: ReactNode }) {
  const [queryClient] = useState(() => new QueryClient());
  return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
}

interface SignedInProps {
  readonly id: string;
  readonly email: string;
  readonly role?: string | null | undefined;
}

function SignedIn({ id, email, role }: SignedInProps) {
  useInternalLinks();
  const [path, navigate] = useLocation();
  const [openId, setOpenId] = useState<string | null>(null);
  const open = useCallback(
    (generation: { readonly id: string }) => {
      setOpenId(generation.id);
      navigate("/");
    },
    [navigate],
  );
  return (
    <>
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-background focus:p-3">
        Skip to the content
      </a>
      <ConnectionBanner />
      <Header email={email} isStaff={role === "admin"} />
      <Switch key={path}>
        <Route path="/">
          <CreatePage openId={openId} onOpen={setOpenId} />
        </Route>
        <Route path="/collections">
          <CollectionsPage />
        </Route>
        <Route path="/collections/:id">{(params) => <CollectionPage id={params.id} />}</Route>
        <Route path="/credits">
          <CreditsPage />
        </Route>
        <Route path="/team">
          <TeamPage userId={id} />
        </Route>
        <Route path="/join/:invitation">
          {(params) => <JoinPage invitationId={params.invitation} email={email} />}
        </Route>
        <Route>
          <Page title="Not found">
            <p className="text-muted-foreground">
              This page does not exist.{" "}
              <a className="underline underline-offset-4" href="/">
                Create something
              </a>
            </p>
          </Page>
        </Route>
      </Switch>
      <GenerationToasts historyHref="/" onOpen={open} />
    </>
  );
}
