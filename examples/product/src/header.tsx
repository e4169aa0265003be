import { useActiveGeneration, useCredits } from "./hooks.ts";
import type { OpenDialog } from "./open-dialog.ts";
import type { Person } from "./users.ts";

interface HeaderProps {
  readonly person: Person;
  readonly isAdmin: boolean;
  readonly open: (dialog: OpenDialog) => void;
}

export function Header({ person, isAdmin, open }: HeaderProps) {
  const enabled = person !== "visitor";
  const { balance } = useCredits({ enabled });
  const { connection } = useActiveGeneration({ enabled });
  return (
    <header className="top">
      <h1>
        <span aria-hidden="true">✉</span> Fernpost
      </h1>
      {connection === "offline" && <p role="status">Offline: trying again</p>}
      <nav aria-label="Account">
        {isAdmin && <a href="/admin/safelight">Operate</a>}
        {enabled && (
          <button type="button" className="balance" onClick={() => open({ name: "shop", missing: 0 })}>
            <output aria-label="Credits">{balance ?? "…"}</output> credits
          </button>
        )}
        {person === "member" ? (
          <button type="button" className="plain" onClick={() => open({ name: "account" })}>
            Account
          </button>
        ) : (
          <button type="button" className="plain" onClick={() => open({ name: "sign-in" })}>
            Sign in
          </button>
        )}
      </nav>
    </header>
  );
}
