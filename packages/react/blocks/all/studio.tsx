"use client";

import type { Generation, UploadedInput } from "@safelight/client/contract";
import { useCallback, useMemo, useState } from "react";
import { ActivePill } from "../active-pill/active-pill";
import { ConnectionBanner } from "../connection-banner/connection-banner";
import { CreditsBadge } from "../credits-badge/credits-badge";
import { GenerationGrid } from "../generation-grid/generation-grid";
import { promptOf } from "../generation-text/prompt-of";
import { GenerationToasts } from "../generation-toasts/generation-toasts";
import { GenerationView } from "../generation-view/generation-view";
import { UndoBar } from "../generation-view/undo-bar";
import { useUndoableDelete } from "../generation-view/use-undoable-delete";
import { useGenerationHistory } from "../hooks";
import { useOwnerKey } from "../owner/use-owner-key";
import type { ModelOption } from "../prompt-box/model-choice";
import { PromptBox } from "../prompt-box/prompt-box";
import { UploadField } from "../upload-field/upload-field";

export interface StudioProps {
  readonly models: readonly [ModelOption, ...ModelOption[]];
  /** @default "Studio" */
  readonly title?: string;
  /** Field of the model's input for the id of an uploaded image. @default none: the page has no image field */
  readonly imageField?: string | undefined;
  /** The page to buy credits at. @default no link */
  readonly buyCreditsHref?: string | undefined;
  /** The page to sign in at. @default no link */
  readonly signInHref?: string | undefined;
}

/** A whole page: prompt, history, credits and notices. Change it to your needs. */
export function Studio(props: StudioProps) {
  const ownerKey = useOwnerKey();
  return <StudioOfUser key={ownerKey} {...props} />;
}

function StudioOfUser({ models, title = "Studio", imageField, buyCreditsHref, signInHref }: StudioProps) {
  const [openId, setOpenId] = useState<string | null>(null);
  const [draft, setDraft] = useState<{ readonly text: string } | null>(null);
  const [image, setImage] = useState<UploadedInput | null>(null);
  const [isUploading, setUploading] = useState(false);
  const { generations } = useGenerationHistory();
  const deletion = useUndoableDelete();
  const { hiddenIds } = deletion;
  const shown = useMemo(() => generations.filter(({ id }) => !hiddenIds.has(id)), [generations, hiddenIds]);
  const open = useCallback(({ id }: Generation) => setOpenId(id), []);
  const toInput = (prompt: string) => ({
    prompt,
    ...(imageField !== undefined && image !== null && { [imageField]: image.id }),
  });
  return (
    <div className="min-h-dvh bg-background text-foreground">
      <ConnectionBanner signInHref={signInHref} />
      <div className="mx-auto flex w-full max-w-6xl flex-col gap-8 px-4 py-6 sm:px-6 sm:py-10">
        <header className="flex flex-wrap items-center gap-3">
          <h1 className="me-auto text-2xl font-semibold tracking-tight">{title}</h1>
          <div className="flex flex-wrap items-center gap-2">
            <ActivePill />
            <CreditsBadge href={buyCreditsHref} />
          </div>
        </header>
        <main className="flex flex-col gap-10">
          <PromptBox
            models={models}
            buyCreditsHref={buyCreditsHref}
            draft={draft}
            toInput={toInput}
            waitReason={isUploading ? "The image is still uploading." : null}
          >
            {imageField !== undefined && <UploadField value={image} onChange={setImage} onUploading={setUploading} />}
          </PromptBox>
          <section id="generations" aria-labelledby="generations-title" className="flex scroll-mt-6 flex-col gap-4">
            <h2 id="generations-title" className="text-lg font-semibold tracking-tight">
              Your generations
            </h2>
            <GenerationGrid hiddenIds={hiddenIds} onOpen={open} />
          </section>
        </main>
      </div>
      <GenerationView
        generations={shown}
        openId={openId}
        onDelete={deletion.remove}
        onOpenChange={setOpenId}
        onVary={(generation) => setDraft({ text: promptOf(generation) })}
      />
      <UndoBar {...deletion} />
      <GenerationToasts onOpen={open} />
    </div>
  );
}
