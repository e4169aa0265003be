import type { Generation } from "@safelight/client/contract";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import type { ModelId } from "../models/models.ts";
import { useSelectedModel } from "../models/use-offered-models.ts";
import { useActiveGeneration, useGenerate } from "../safelight.ts";
import { trayStore } from "./tray-store.ts";

/** State of the Studio's tray, shared by all pages. */
export interface TrayState {
  readonly generate: ReturnType<typeof useGenerate<ModelId>>;
  /** Id of the generation in the tray; `null` if the tray is empty. */
  readonly trayId: string | null;
  /** Puts a generation into the tray; `null` clears it. */
  readonly setTrayId: (id: string | null) => void;
}

const TrayContext = createContext<TrayState | null>(null);

/** Holds the submission and the tray above the router, so that navigation keeps both. */
export function TrayProvider({ children }: { readonly children: ReactNode }) {
  const active = useActiveGeneration();
  const generate = useGenerate({ model: useSelectedModel() });
  const newest = newestOf([active.generations[0] ?? null, generate.generation]) ?? active.unseen[0] ?? null;

  const [trayId, setTrayId] = useState(trayStore.read);
  useEffect(() => trayStore.write(trayId), [trayId]);
  const [adoptedId, setAdoptedId] = useState<string | null>(null);
  // The tray adopts each new generation once, from any tab or device. The user can then select another one.
  if (newest !== null && newest.id !== adoptedId && (adoptedId === null || newest.id > adoptedId)) {
    setAdoptedId(newest.id);
    setTrayId(newest.id);
  }
  return <TrayContext value={{ generate, trayId, setTrayId }}>{children}</TrayContext>;
}

/** The tray of the nearest `TrayProvider`. */
export function useTray(): TrayState {
  const tray = use(TrayContext);
  if (tray === null) throw new Error("useTray must be used within TrayProvider.");
  return tray;
}

/** Ids sort by creation time. */
function newestOf(generations: readonly (Generation | null)[]): Generation | null {
  return generations.reduce(
    (left, right) => (left === null || (right !== null && right.id > left.id) ? right : left),
    null,
  );
}
