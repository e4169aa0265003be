import { type FormEvent, useState } from "react";
import { focusRing, primaryButton } from "../../../../packages/react/blocks/styles/buttons";
import type { Collection } from "../../collection-wire.ts";
import { card, field, label } from "../shell/fields.ts";
import { EmptyNote, FailedNote, LoadingNote } from "../shell/notes.tsx";
import { Page } from "../shell/page.tsx";
import { users } from "../users.ts";
import { collectionText, useCollections, useCreateCollection } from "./collection-queries.ts";
import { SharingSelect } from "./sharing-select.tsx";

export function CollectionsPage() {
  const { data: collections, isPending, error, refetch } = useCollections();
  return (
    <Page title="Collections">
      <NewCollection />
      {isPending && <LoadingNote>Loading your collections…</LoadingNote>}
      {error !== null && (
        <FailedNote onRetry={() => void refetch()}>
          The collections cannot be loaded. {collectionText(error)}
        </FailedNote>
      )}
      {collections?.length === 0 && (
        <EmptyNote>
          No collections yet. Create one, and add your images to it: alone, or with everyone in your team.
        </EmptyNote>
      )}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,16rem),1fr))] gap-4 empty:hidden">
        {collections?.map((collection) => (
          <li key={collection.id}>
            <CollectionCard collection={collection} />
          </li>
        ))}
      </ul>
    </Page>
  );
}

function CollectionCard({ collection }: { readonly collection: Collection }) {
  const { id, name, isMine, itemCount, organizationId } = collection;
  const { data: organizations } = users.useListOrganizations();
  const team = organizations?.find((each) => each.id === organizationId)?.name ?? "a team";
  return (
    <a
      href={`/collections/${id}`}
      className={`${card} ${focusRing} flex h-full flex-col gap-1 no-underline hover:bg-accent`}
    >
      <span className="font-medium wrap-anywhere">{name}</span>
      <span className="text-sm text-muted-foreground">
        {itemCount === 1 ? "1 item" : `${itemCount} items`},{" "}
        {organizationId === null ? "only you" : `shared in ${team}`}
        {!isMine && ", by a member"}
      </span>
    </a>
  );
}

function NewCollection() {
  const [organizationId, setOrganizationId] = useState<string | null>(null);
  const create = useCreateCollection();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (create.isPending) return;
    const name = String(new FormData(form).get("name"));
    create.mutate({ name, organizationId }, { onSuccess: () => form.reset() });
  };
  return (
    <form className={`${card} flex flex-wrap items-end gap-3`} onSubmit={submit}>
      <label className={`${label} basis-56`}>
        New collection
        <input className={field} name="name" required maxLength={80} placeholder="Autumn campaign" />
      </label>
      <div className="flex flex-1 basis-56">
        <SharingSelect value={organizationId} onChange={setOrganizationId} />
      </div>
      <button type="submit" className={`${primaryButton} min-h-10`} aria-disabled={create.isPending}>
        {create.isPending ? "Creating…" : "Create"}
      </button>
      <p role="alert" className="basis-full text-sm text-destructive empty:hidden">
        {create.isError && collectionText(create.error)}
      </p>
    </form>
  );
}
