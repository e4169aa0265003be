import type { TerminalGeneration } from "@safelight/client/contract";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Thumbnail } from "../image/thumbnail.tsx";
import { promptOf } from "../models/generation-input.ts";
import { useActiveGeneration, useGenerationNotices } from "../safelight.ts";
import { useIsModalOpen } from "../shell/open-modals.ts";
import { noticeDetail, noticeTitle, summaryDetails } from "../text/describe-notice.ts";
import { SentenceEnd, ToastCard } from "./toast-card.tsx";
import { isVisibleOnPage } from "./visible-generations.ts";

/** Cards at once. More notices share one summary card. */
const maxCards = 3;

/** In one column, a single card fits over the header without covering a control of the page. */
const oneColumn = matchMedia("(max-width: 63.99rem)");

/**
 * Shows a card for each ended generation: once over all tabs and devices, on a visible page. A generation that the page
 * already shows (in the tray, the history or a dialog) is marked as seen and gets no card. An open dialog holds notices
 * back.
 */
export function Notices() {
  const [notices, setNotices] = useState<readonly TerminalGeneration[]>([]);
  useGenerationNotices({
    enabled: !useIsModalOpen(),
    onNotice: (generation) => {
      if (!isVisibleOnPage(generation)) setNotices((before) => [...before, generation]);
    },
  });
  // A generation that becomes visible needs no card any more.
  const { unseen } = useActiveGeneration();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a generation that becomes visible leaves `unseen`
  useEffect(() => {
    setNotices((before) =>
      before.some(isVisibleOnPage) ? before.filter((generation) => !isVisibleOnPage(generation)) : before,
    );
  }, [unseen]);

  const isOneColumn = useSyncExternalStore(subscribeToColumns, () => oneColumn.matches);

  if (notices.length > (isOneColumn ? 1 : maxCards)) {
    // A new key per count restarts the card's timer and announces the card again.
    return <SummaryCard key={notices.length} generations={notices} onClose={() => setNotices([])} />;
  }
  return notices.map((generation) => (
    <NoticeCard
      key={generation.id}
      generation={generation}
      onClose={() => setNotices((before) => before.filter(({ id }) => id !== generation.id))}
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
      image={<Thumbnail generation={generation} />}
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

function SummaryCard(props: { readonly generations: readonly TerminalGeneration[]; readonly onClose: () => void }) {
  const { generations, onClose } = props;
  return (
    <ToastCard
      ids={generations.map(({ id }) => id)}
      image={generations
        .filter(({ status }) => status === "completed")
        .slice(-maxCards)
        .map((generation) => <Thumbnail key={generation.id} generation={generation} />)}
      title={`${generations.length} pictures ended`}
      detail={summaryDetails(generations).map((sentence) => <p key={sentence}>{sentence} </p>)}
      view={{ href: "/history", label: "View them in the history" }}
      onClose={onClose}
    />
  );
}
