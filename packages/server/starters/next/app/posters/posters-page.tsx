"use client";

import { useRouter } from "next/navigation";
import { Posters } from "./posters";

/** After a sign-in or a sign-out, the server renders the page again. */
export function PostersPage() {
  const router = useRouter();
  return <Posters onUserChange={() => router.refresh()} />;
}
