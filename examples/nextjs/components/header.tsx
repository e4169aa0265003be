"use client";

import Link from "next/link";
import { useActiveGeneration } from "@/hooks";

/** The active and the completed generations, wherever they were submitted. */
export function Header() {
  const { generation, count, unseen, connection } = useActiveGeneration();
  const ready = unseen.filter(({ status }) => status === "completed").length;
  return (
    <header>
      <nav aria-label="Pages">
        <Link href="/">Posters</Link>
        <Link href="/history">History</Link>
        <Link href="/about">About</Link>
      </nav>
      {count > 0 && <progress aria-label="Progress" value={generation?.progress.value ?? undefined} />}
      <p role="status">
        {count > 0 && <Link href="/">{count} developing</Link>}
        {connection === "offline" && "Offline"}
      </p>
      {ready > 0 && <Link href="/history">{ready} ready</Link>}
    </header>
  );
}
