import { Link } from "@tanstack/react-router";
import { useActiveGeneration, useCredits } from "../hooks";

/** The active and the completed generations, on every page. */
export function Header({ user }: { readonly user: string }) {
  const { generation, count, unseen, connection } = useActiveGeneration();
  const { balance } = useCredits();
  const ready = unseen.filter(({ status }) => status === "completed").length;
  return (
    <header>
      <nav aria-label="Pages">
        <Link to="/">Posters</Link>
        <Link to="/history">History</Link>
      </nav>
      {count > 0 && <progress aria-label="Progress" value={generation?.progress.value ?? undefined} />}
      <p role="status">
        {count > 0 && `${count} developing`} {ready > 0 && `${ready} ready`} {connection === "offline" && "Offline"}
      </p>
      {balance !== null && <p>{balance} credits</p>}
      <form action="/session" method="post">
        <button type="submit">Sign out {user}</button>
      </form>
    </header>
  );
}
