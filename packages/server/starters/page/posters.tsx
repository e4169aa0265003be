import { Account } from "./account";
import { History } from "./history";
import { useActiveGeneration } from "./hooks";
import { PosterForm } from "./poster-form";
import { SignIn } from "./sign-in";

/** The posters of the signed-in user, or a form to sign in. */
export function Posters({ onUserChange }: { readonly onUserChange?: () => void }) {
  const { connection, data } = useActiveGeneration();
  const isLoading = connection === "connecting" && data === undefined;
  return (
    <main className="mx-auto flex w-full max-w-xl flex-col gap-6 p-8">
      <h1 className="text-2xl font-semibold">Posters</h1>
      {isLoading && <p role="status">Loading…</p>}
      {connection === "offline" && <p role="alert">The server does not respond. Your posters continue.</p>}
      {connection === "signed-out" && <SignIn onSignedIn={onUserChange} />}
      {connection !== "signed-out" && !isLoading && (
        <>
          <Account onSignedOut={onUserChange} />
          <PosterForm />
          <History />
        </>
      )}
    </main>
  );
}
