import type { Generation } from "@safelight/client/contract";
import { Frame } from "./frame.tsx";
import { useIsTheirs } from "./use-is-theirs.ts";

/** A generation in the gallery of the team, with a note if the other person submitted it. */
export function TeamFrame({ generation, href }: { readonly generation: Generation; readonly href: string }) {
  const isTheirs = useIsTheirs();
  return <Frame generation={generation} href={href} isTheirs={isTheirs(generation)} />;
}
