import { useSearchParams } from "wouter";
import { GenerationDetails } from "../history/generation-details.tsx";
import { useActiveGeneration, useGenerationHistory } from "../safelight.ts";
import { Page } from "../shell/page.tsx";
import { useTray } from "../tray/tray-provider.tsx";
import { Composer } from "./composer.tsx";
import { detailsParameter, detailsPath } from "./details-path.ts";
import { Queue } from "./queue.tsx";
import { RecentStrip } from "./recent-strip.tsx";
import "./studio.css";
import { focusFallbackId } from "../shell/use-focus-fallback.ts";
import { EmptyTray } from "./empty-tray.tsx";
import { Tray } from "./tray.tsx";

/** The page to submit and watch generations. Details open in a dialog. */
export function StudioPage() {
  const { trayId, generate } = useTray();
  const { isPending } = useActiveGeneration();
  const { generations } = useGenerationHistory();
  const [search] = useSearchParams();
  const openId = search.get(detailsParameter);
  const isEmpty = trayId === null && !generate.isSubmitting && !isPending;
  return (
    <Page title="Studio" className="studio">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div
        id={focusFallbackId}
        className="studio-tray"
        data-empty={isEmpty}
        role="group"
        aria-label="Tray"
        tabIndex={-1}
      >
        {trayId === null ? <EmptyTray isWaiting={!isEmpty} /> : <Tray key={trayId} id={trayId} />}
      </div>
      <div className="studio-desk">
        <h1 className="studio-title">What shall we develop?</h1>
        <Composer />
      </div>
      <div className="studio-rail">
        <Queue />
        <RecentStrip />
      </div>
      {openId !== null && <GenerationDetails id={openId} listed={generations} pathOf={detailsPath} />}
    </Page>
  );
}
