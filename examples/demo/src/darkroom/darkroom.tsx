import type { Generation } from "@safelight/client/contract";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { useActiveGeneration, useGenerate } from "../safelight.ts";
import { usePickedModel } from "../studio/use-offered.ts";
import type { ModelId } from "../words/models.ts";
import { trayStore } from "./tray-store.ts";

/** What every page knows about the tray in the Studio. */
export interface Darkroom {
  readonly generate: ReturnType<typeof useGenerate<ModelId>>;
  /** The picture in the tray; `null` when it is empty. */
  readonly trayId: string | null;
  /** Puts a picture into the tray; `null` empties it. */
  readonly setTrayId: (id: string | null) => void;
}

const DarkroomContext = createContext<Darkroom | null>(null);

/** Stands above the pages, so that walking from one to another changes nothing about what develops. */
export function DarkroomProvider({ children }: { readonly children: ReactNode }) {
  const active = useActiveGeneration();
  const generate = useGenerate({ model: usePickedModel() });
  const newest = newestOf([active.generations[0] ?? null, generate.generation]) ?? active.unseen[0] ?? null;

  const [trayId, setTrayId] = useState(trayStore.read);
  useEffect(() => trayStore.write(trayId), [trayId]);
  const [arrived, setArrived] = useState<string | null>(null);
  // Whatever begins anywhere, in this tab or on the phone, goes into the tray; then the user may put in another one.
  if (newest !== null && newest.id !== arrived && (arrived === null || newest.id > arrived)) {
    setArrived(newest.id);
    setTrayId(newest.id);
  }
  return <DarkroomContext value={{ generate, trayId, setTrayId }}>{children}</DarkroomContext>;
}

/** The tray in the Studio. */
export function useDarkroom(): Darkroom {
  const darkroom = use(DarkroomContext);
  if (darkroom === null) throw new Error("useDarkroom needs a DarkroomProvider above it");
  return darkroom;
}

/** Ids are sortable by time of creation. */
function newestOf(generations: readonly (Generation | null)[]): Generation | null {
  return generations.reduce(
    (left, right) => (left === null || (right !== null && right.id > left.id) ? right : left),
    null,
  );
}
