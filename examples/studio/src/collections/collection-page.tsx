import { useState } from "react";
import { useLocation } from "wouter";
import { OriginLabel } from "../../../../packages/react/blocks/generation-card/origin-label";
import { Player } from "../../../../packages/react/blocks/generation-card/output-media";
import { dangerButton, outlineButton } from "../../../../packages/react/blocks/styles/buttons";
import type { Collection, CollectionItem } from "../../collection-wire.ts";
import { EmptyNote, FailedNote, LoadingNote } from "../shell/notes.tsx";
import { Page } from "../shell/page.tsx";
import {
  collectionText,
  useCollection,
  useDeleteCollection,
  useRemoveItem,
  useShareCollection,
} from "./collection-queries.ts";
import { SharingSelect } from "./sharing-select.tsx";

export function CollectionPage({ id }: { readonly id: string }) {
  const { data, error, refetch } = useCollection(id);
  if (data === undefined)
    return (
      <Page title="Collection">
        {error === null ? (
          <LoadingNote>Loading the collection…</LoadingNote>
        ) : (
          <FailedNote onRetry={() => void refetch()}>{collectionText(error)}</FailedNote>
        )}
      </Page>
    );
  const { collection, items } = data;
  return (
    <Page title={collection.name} aside={<BackLink />}>
      {error !== null && <FailedNote onRetry={() => void refetch()}>{collectionText(error)}</FailedNote>}
      {collection.isMine && <Settings collection={collection} />}
      {items.length === 0 && (
        <EmptyNote>
          <p>Nothing here yet. Open one of your images, and choose “Add to collection”.</p>
          <a className={outlineButton} href="/">
            Your images
          </a>
        </EmptyNote>
      )}
      <ul
        aria-label="Items"
        className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,14rem),1fr))] gap-4 empty:hidden"
      >
        {items.map((item) => (
          <li key={item.generationId} className="min-w-0">
            <Item collectionId={id} item={item} />
          </li>
        ))}
      </ul>
    </Page>
  );
}

function BackLink() {
  return (
    <a className="text-sm underline underline-offset-4" href="/collections">
      All collections
    </a>
  );
}

function Settings({ collection }: { readonly collection: Collection }) {
  const [, navigate] = useLocation();
  const [isAsking, setAsking] = useState(false);
  const share = useShareCollection();
  const deletion = useDeleteCollection();
  const error = share.error ?? deletion.error;
  const { id, organizationId } = collection;
  return (
    <div className="flex flex-wrap items-end gap-3">
      <div className="flex max-w-72 flex-1 basis-56">
        <SharingSelect value={organizationId} onChange={(chosen) => share.mutate({ id, organizationId: chosen })} />
      </div>
      {isAsking ? (
        <>
          <button
            type="button"
            className={dangerButton}
            onClick={() => deletion.mutate(id, { onSuccess: () => navigate("/collections") })}
          >
            Delete it for everyone
          </button>
          <button type="button" className={outlineButton} onClick={() => setAsking(false)}>
            Keep it
          </button>
        </>
      ) : (
        <button type="button" className={dangerButton} onClick={() => setAsking(true)}>
          Delete collection
        </button>
      )}
      <p role="alert" className="basis-full text-sm text-destructive empty:hidden">
        {error !== null && collectionText(error)}
      </p>
    </div>
  );
}

function Item({ collectionId, item }: { readonly collectionId: string; readonly item: CollectionItem }) {
  const remove = useRemoveItem();
  const { generationId, prompt, outputs, isRemovable } = item;
  const [output] = outputs;
  return (
    <figure className="flex h-full flex-col overflow-hidden rounded-xl border border-border bg-card text-card-foreground shadow-sm">
      <div className="relative aspect-square bg-muted">
        {output?.kind === "image" && (
          <img
            className="absolute inset-0 size-full object-cover"
            src={output.thumbnailUrl ?? output.url}
            alt={prompt}
            loading="lazy"
          />
        )}
        {output?.kind === "video" && <Player key={output.index} alt={prompt} output={output} />}
        {output !== undefined && <OriginLabel icons={undefined} output={output} />}
      </div>
      <figcaption className="flex flex-1 flex-wrap items-start gap-2 p-3 text-sm">
        <span className="line-clamp-2 min-w-0 flex-1 wrap-anywhere">{prompt}</span>
        {isRemovable && (
          <button
            type="button"
            className={dangerButton}
            aria-label={`Remove ${prompt}`}
            aria-disabled={remove.isPending}
            onClick={() => remove.mutate({ id: collectionId, generationId })}
          >
            Remove
          </button>
        )}
        {remove.isError && <span role="alert">{collectionText(remove.error)}</span>}
      </figcaption>
    </figure>
  );
}
