import type { TerminalGeneration } from "@safelight/client/contract";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Thumbnail } from "../picture/thumbnail.tsx";
import { useActiveGeneration, useGenerationNotices } from "../safelight.ts";
import { useIsModalOpen } from "../shell/open-modals.ts";
import { manyDetails, noticeDetail, noticeTitle } from "../words/notice-of.ts";
import { promptOf } from "../words/picture-input.ts";
import { isInSight } from "./in-sight.ts";
import { SpokenStop, ToastCard } from "./toast-card.tsx";

/** How many cards are shown at once; one more, and a single card tells of them all. */
const mostCards = 3;

/** In one column there is room for one: it lies over the header, and covers no control of the page. */
const oneColumn = matchMedia("(max-width: 63.99rem)");

/**
 * Tells that generations have ended: each once, over all tabs and devices, on a page that somebody looks at. What a page
 * shows anyway (the Studio its tray, the History its list, or the picture in its window) it marks as seen, and tells by no
 * card. Nothing is told behind a window: it waits until that is closed.
 */
export function Notices() {
  const [told, setTold] = useState<readonly TerminalGeneration[]>([]);
  useGenerationNotices({
    enabled: !useIsModalOpen(),
    onNotice: (generation) => {
      if (!isInSight(generation)) setTold((before) => [...before, generation]);
    },
  });
  // Who goes to see it needs no card any more.
  const { unseen } = useActiveGeneration();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes into sight leaves the unseen
  useEffect(() => {
    setTold((before) => (before.some(isInSight) ? before.filter((generation) => !isInSight(generation)) : before));
  }, [unseen]);

  const isOneColumn = useSyncExternalStore(subscribeToColumns, () => oneColumn.matches);

  if (told.length > (isOneColumn ? 1 : mostCards)) {
    // Each count is a card of its own: it stays its whole time, and is read out.
    return <ManyCard key={told.length} generations={told} onClose={() => setTold([])} />;
  }
  return told.map((generation) => (
    <NoticeCard
      key={generation.id}
      generation={generation}
      onClose={() => setTold((before) => before.filter(({ id }) => id !== generation.id))}
    />
  ));
}

function subscribeToColumns(listener: () => void): () => void {
  oneColumn.addEventListener("change", listener);
  return () => oneColumn.removeEventListener("change", listener);
}

function NoticeCard(props: { readonly generation: TerminalGeneration; readonly onClose: () => void }) {
  const { generation, onClose } = props;
  const prompt = promptOf(generation);
  return (
    <ToastCard
      ids={[generation.id]}
      picture={<Thumbnail generation={generation} />}
      title={noticeTitle(generation)}
      detail={
        <>
          <p className="toast-prompt">
            {prompt}
            <SpokenStop />
          </p>
          <p className="toast-refund">{noticeDetail(generation)}</p>
        </>
      }
      view={{ href: `/history/${generation.id}`, label: `View: ${prompt}` }}
      onClose={onClose}
    />
  );
}

function ManyCard(props: { readonly generations: readonly TerminalGeneration[]; readonly onClose: () => void }) {
  const { generations, onClose } = props;
  return (
    <ToastCard
      ids={generations.map(({ id }) => id)}
      picture={generations
        .filter(({ status }) => status === "completed")
        .slice(-mostCards)
        .map((generation) => <Thumbnail key={generation.id} generation={generation} />)}
      title={`${generations.length} pictures ended`}
      detail={manyDetails(generations).map((sentence) => <p key={sentence}>{sentence} </p>)}
      view={{ href: "/history", label: "View them in the history" }}
      onClose={onClose}
    />
  );
}
