import type { TerminalGeneration } from "@safelight/client/contract";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Thumbnail } from "../image/thumbnail.tsx";
import { promptOf } from "../models/generation-input.ts";
import { useActiveGeneration, useGenerationNotices } from "../safelight.ts";
import { useIsModalOpen } from "../shell/open-modals.ts";
import { manyDetails, noticeDetail, noticeTitle } from "../text/describe-notice.ts";
import { SentenceEnd, ToastCard } from "./toast-card.tsx";
import { isVisibleOnPage } from "./visible-generations.ts";

/** How many cards are shown at once; one more, and a single card tells of them all. */
const maxCards = 3;

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
      if (!isVisibleOnPage(generation)) setTold((before) => [...before, generation]);
    },
  });
  // Who goes to see it needs no card any more.
  const { unseen } = useActiveGeneration();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes into sight leaves the unseen
  useEffect(() => {
    setTold((before) =>
      before.some(isVisibleOnPage) ? before.filter((generation) => !isVisibleOnPage(generation)) : before,
    );
  }, [unseen]);

  const isOneColumn = useSyncExternalStore(subscribeToColumns, () => oneColumn.matches);

  if (told.length > (isOneColumn ? 1 : maxCards)) {
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
            <SentenceEnd />
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
        .slice(-maxCards)
        .map((generation) => <Thumbnail key={generation.id} generation={generation} />)}
      title={`${generations.length} pictures ended`}
      detail={manyDetails(generations).map((sentence) => <p key={sentence}>{sentence} </p>)}
      view={{ href: "/history", label: "View them in the history" }}
      onClose={onClose}
    />
  );
}
