import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  type Collection,
  type CollectionItem,
  type CollectionProblem,
  collectionProblems,
} from "../../collection-wire.ts";

/** A refused request. */
class CollectionRefusal extends Error {
  override readonly name = "CollectionRefusal";
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** A collection with its items. */
interface OpenCollection {
  readonly collection: Collection;
  readonly items: readonly CollectionItem[];
}

/** URLs of media expire: the items are loaded again before that. Another member's change appears then, too. */
const refetchMs = 30_000;

export function useCollections() {
  return useQuery({
    queryKey: ["collections"],
    queryFn: async () => {
      const { collections } = await request<{ readonly collections: readonly Collection[] }>("GET", "");
      return collections;
    },
    retry: isPassing,
  });
}

export function useCollection(id: string) {
  return useQuery({
    queryKey: ["collections", id],
    queryFn: () => request<OpenCollection>("GET", `/${id}`),
    refetchInterval: refetchMs,
    retry: isPassing,
  });
}

export function useCreateCollection() {
  return useChange((body: { readonly name: string; readonly organizationId: string | null }) =>
    request<{ readonly collection: Collection }>("POST", "", body),
  );
}

export function useShareCollection() {
  return useChange(({ id, organizationId }: { readonly id: string; readonly organizationId: string | null }) =>
    request<null>("PUT", `/${id}/sharing`, { organizationId }),
  );
}

export function useDeleteCollection() {
  return useChange((id: string) => request<null>("DELETE", `/${id}`));
}

interface ItemChange {
  /** Of the collection. */
  readonly id: string;
  readonly generationId: string;
}

export function useAddItem() {
  return useChange(({ id, generationId }: ItemChange) => request<null>("PUT", `/${id}/items/${generationId}`));
}

export function useRemoveItem() {
  return useChange(({ id, generationId }: ItemChange) => request<null>("DELETE", `/${id}/items/${generationId}`));
}

/** The text for users of an error. */
export function collectionText(error: unknown): string {
  if (!(error instanceof CollectionRefusal)) return "The server cannot be reached. Try again.";
  const text = collectionProblems[error.code as CollectionProblem]; // `undefined` for a code of another release.
  return text ?? "That did not work. Try again in a moment.";
}

function useChange<Input, Result>(change: (input: Input) => Promise<Result>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["collections"] }),
  });
}

/** Whether to retry: a lost request, and not a refusal, which the server would repeat. */
function isPassing(count: number, error: Error): boolean {
  return count < 3 && !(error instanceof CollectionRefusal);
}

// biome-ignore lint/complexity/useMaxParams: method, path and body of a request
async function request<Result>(method: string, path: string, body?: object): Promise<Result> {
  const response = await fetch(`/api/collections${path}`, {
    method,
    ...(body !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const result = response.status === 204 ? null : await response.json();
  if (!response.ok) throw new CollectionRefusal(String(result?.code));
  return result;
}
