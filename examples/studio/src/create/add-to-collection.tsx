import { type FormEvent, useState } from "react";
import { outlineButton } from "../../../../packages/react/blocks/styles/buttons";
import { collectionText, useAddItem, useCollections } from "../collections/collection-queries.ts";
import { field } from "../shell/fields.ts";

/** Adds a generation to one of the collections that the user sees. */
export function AddToCollection({ generationId }: { readonly generationId: string }) {
  const { data: collections } = useCollections();
  const [chosen, choose] = useState<string | null>(null);
  const add = useAddItem();
  const first = collections?.[0];
  if (collections === undefined) return null;
  if (first === undefined)
    return (
      <a className="self-center text-sm underline underline-offset-4" href="/collections">
        Create a collection to share it
      </a>
    );
  const id = chosen ?? first.id;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate({ id, generationId });
  };
  return (
    <form className="flex min-w-0 flex-1 flex-wrap items-center gap-2" onSubmit={submit}>
      <select
        aria-label="Collection"
        className={`${field} w-auto max-w-64 flex-1`}
        value={id}
        onChange={(event) => choose(event.target.value)}
        // In the dialog, the arrow keys open another generation.
        onKeyDown={(event) => event.stopPropagation()}
      >
        {collections.map((collection) => (
          <option key={collection.id} value={collection.id}>
            {collection.name}
          </option>
        ))}
      </select>
      <button type="submit" className={outlineButton} aria-disabled={add.isPending}>
        {add.isPending ? "Adding…" : "Add to collection"}
      </button>
      <p role="status" className="text-sm text-muted-foreground empty:hidden">
        {add.isSuccess && "Added."}
        {add.isError && collectionText(add.error)}
      </p>
    </form>
  );
}
