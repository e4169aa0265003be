import type { Generation } from "@safelight/client/contract";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import type { ModelId } from "../models/models.ts";
import { useSelectedModel } from "../models/use-offered-models.ts";
import { useActiveGeneration, useGenerate } from "../safelight.ts";
import { trayStore } from "./tray-store.ts";

/** What every page knows about the tray in the Studio. */
export interface TrayState {
  readonly generate: ReturnType<typeof useGenerate<ModelId>>;
  /** The picture in the tray; `null` when it is empty. */
  readonly trayId: string | null;
  /** Puts a picture into the tray; `null` empties it. */
  readonly setTrayId: (id: string | null) => void;
}

const TrayContext = createContext<TrayState | null>(null);

/** Stands above the pages, so that walking from one to another changes nothing about what develops. */
export function TrayProvider({ children }: { readonly children: ReactNode }) {
  const active = useActiveGeneration();
  const generate = useGenerate({ model: useSelectedModel() });
  const newest = newestOf([active.generations[0] ?? null, generate.generation]) ?? active.unseen[0] ?? null;

  const [trayId, setTrayId] = useState(trayStore.read);
  useEffect(() => trayStore.write(trayId), [trayId]);
  const [arrived, setArrived] = useState<string | null>(null);
  // Whatever begins anywhere, in this tab or on the phone, goes into the tray; then the user may put in another one.
  if (newest !== null && newest.id !== arrived && (arrived === null || newest.id > arrived)) {
    setArrived(newest.id);
    setTrayId(newest.id);
  }
  return <TrayContext value={{ generate, trayId, setTrayId }}>{children}</TrayContext>;
}

/** The tray in the Studio. */
export function useTray(): TrayState {
  const darkroom = use(TrayContext);
  if (darkroom === null) throw new Error("useTray needs a TrayProvider above it");
  return darkroom;
}

/** Ids are sortable by time of creation. */
function newestOf(generations: readonly (Generation | null)[]): Generation | null {
  return generations.reduce(
    (left, right) => (left === null || (right !== null && right.id > left.id) ? right : left),
    null,
  );
}
