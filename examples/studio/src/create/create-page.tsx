import type { Generation, UploadedInput } from "@safelight/client/contract";
import { useCallback, useMemo, useState } from "react";
import { GenerationGrid } from "../../../../packages/react/blocks/generation-grid/generation-grid";
import { promptOf } from "../../../../packages/react/blocks/generation-text/prompt-of";
import { GenerationView } from "../../../../packages/react/blocks/generation-view/generation-view";
import { UndoBar } from "../../../../packages/react/blocks/generation-view/undo-bar";
import { useUndoableDelete } from "../../../../packages/react/blocks/generation-view/use-undoable-delete";
import { useGenerationHistory } from "../../../../packages/react/blocks/hooks";
import { PromptBox } from "../../../../packages/react/blocks/prompt-box/prompt-box";
import { UploadField } from "../../../../packages/react/blocks/upload-field/upload-field";
import { Page } from "../shell/page.tsx";
import { AddToCollection } from "./add-to-collection.tsx";
import { AnimateButton } from "./animate-button.tsx";

const image = { id: "image", label: "Image", hint: "5 seconds" };
const reel = { id: "reel", label: "Reel", hint: "10 seconds" };

interface CreatePageProps {
  /** The generation in the dialog; `null` without one. */
  readonly openId: string | null;
  readonly onOpen: (id: string | null) => void;
}

/** The first content of the form. */
interface Draft {
  readonly text: string;
  /** Grows with each draft: as the key of the form, it resets the form to this draft's model. */
  readonly turn: number;
  readonly isReel: boolean;
}

/** The form, the user's generations, and a dialog with one of them. */
export function CreatePage({ openId, onOpen }: CreatePageProps) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const [start, setStart] = useState<UploadedInput | null>(null);
  const [isUploading, setUploading] = useState(false);
  const { generations } = useGenerationHistory();
  const deletion = useUndoableDelete();
  const { hiddenIds } = deletion;
  const shown = useMemo(() => generations.filter(({ id }) => !hiddenIds.has(id)), [generations, hiddenIds]);
  const open = useCallback(({ id }: Generation) => onOpen(id), [onOpen]);
  const startId = start?.id;
  const toInput = useCallback(
    (prompt: string) => ({ prompt, ...(startId !== undefined && { image: startId }) }),
    [startId],
  );
  const compose = (text: string, { isReel }: { readonly isReel: boolean }) => {
    onOpen(null);
    setDraft((last) => ({ text, turn: (last?.turn ?? 0) + 1, isReel }));
    scrollTo({ top: 0 });
  };
  return (
    <Page title="Create">
      <PromptBox
        key={draft?.turn}
        models={draft?.isReel === true ? [reel, image] : [image, reel]}
        buyCreditsHref="/credits"
        draft={draft}
        toInput={toInput}
        waitReason={isUploading ? "The start image is still uploading." : null}
        onSubmitted={() => setStart(null)}
      >
        <UploadField label="Start image" value={start} onChange={setStart} onUploading={setUploading} />
      </PromptBox>
      <section id="generations" aria-labelledby="generations-title" className="flex scroll-mt-6 flex-col gap-4">
        <h2 id="generations-title" className="text-lg font-semibold tracking-tight">
          Your images and reels
        </h2>
        <GenerationGrid
          hiddenIds={hiddenIds}
          onOpen={open}
          empty="Nothing yet. Describe your first image above: it appears here, on each of your devices."
        />
      </section>
      <GenerationView
        generations={shown}
        openId={openId}
        onDelete={deletion.remove}
        onOpenChange={onOpen}
        onVary={(generation) => compose(promptOf(generation), { isReel: generation.model === "reel" })}
        actions={(generation) =>
          generation.status === "completed" && (
            <div className="flex flex-wrap items-end gap-3 border-t border-border p-4">
              {generation.kind === "image" && (
                <AnimateButton
                  image={generation.outputs[0]}
                  onUploaded={(uploaded) => {
                    setStart(uploaded);
                    compose(promptOf(generation), { isReel: true });
                  }}
                />
              )}
              <AddToCollection key={generation.id} generationId={generation.id} />
            </div>
          )
        }
      />
      <UndoBar {...deletion} />
    </Page>
  );
}
