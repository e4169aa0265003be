import type { Generation } from "@safelight/client/contract";
import { Frame } from "./frame.tsx";
import { useTheirs } from "./use-theirs.ts";

/** A generation in the gallery of the team, with a note if it is of the other person. */
export function TeamFrame({ generation, href }: { readonly generation: Generation; readonly href: string }) {
  const isTheirs = useTheirs();
  return <Frame generation={generation} href={href} isTheirs={isTheirs(generation)} />;
}
