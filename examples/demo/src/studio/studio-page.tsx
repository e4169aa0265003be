import { useDarkroom } from "../darkroom/darkroom.tsx";
import { useActiveGeneration } from "../safelight.ts";
import { Page } from "../shell/page.tsx";
import { Composer } from "./composer.tsx";
import { RecentStrip } from "./recent-strip.tsx";
import "./studio.css";
import { EmptyTray } from "./empty-tray.tsx";
import { Tray } from "./tray.tsx";
import { focusHeirId } from "./use-focus-heir.ts";

/** Where pictures are asked for and watched. */
export function StudioPage() {
  const { trayId, generate } = useDarkroom();
  const { isPending } = useActiveGeneration();
  const isEmpty = trayId === null && !generate.isSubmitting && !isPending;
  return (
    <Page title="Studio" className="studio">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div id={focusHeirId} className="studio-tray" data-empty={isEmpty} role="group" aria-label="Tray" tabIndex={-1}>
        {trayId === null ? <EmptyTray isWaiting={!isEmpty} /> : <Tray key={trayId} id={trayId} />}
      </div>
      <div className="studio-desk">
        <h1 className="studio-title">What shall we develop?</h1>
        <Composer />
        <RecentStrip />
      </div>
    </Page>
  );
}
