import { useEffect } from "react";
import { type Postcard, useActiveGeneration, useGenerationHistory } from "./hooks.ts";
import type { OpenDialog } from "./open-dialog.ts";
import type { Person } from "./users.ts";

interface GalleryProps {
  readonly person: Person;
  readonly open: (dialog: OpenDialog) => void;
}

export function Gallery({ person, open }: GalleryProps) {
  const enabled = person !== "visitor";
  const history = useGenerationHistory({}, { enabled });
  const { generations, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = history;
  // After a sign-out, the last response of the history is a refusal.
  const isPending = enabled && history.isPending;
  const isFailed = enabled && history.error !== null;
  const { unseen, markSeen } = useActiveGeneration({ enabled });
  useEffect(() => {
    if (unseen.length > 0 && document.visibilityState === "visible") void markSeen();
  }, [unseen, markSeen]);

  // Failed and canceled postcards have no image.
  const shown = generations.filter(({ status }) => status !== "failed" && status !== "canceled");
  return (
    <section aria-label="Your postcards">
      <h2>Your postcards</h2>
      {person === "guest" && shown.length > 0 && (
        <p className="note">
          You are a guest: this browser alone knows these postcards.{" "}
          <button type="button" className="plain" onClick={() => open({ name: "sign-up" })}>
            Create an account
          </button>{" "}
          to keep them.
        </p>
      )}
      {isPending && <p role="status">Loading your postcards…</p>}
      {isFailed && (
        <p role="alert">
          Your postcards could not be loaded.{" "}
          <button type="button" onClick={() => refetch()}>
            Try again
          </button>
        </p>
      )}
      {shown.length === 0 && !isPending && !isFailed && (
        <p className="empty">No postcards yet. The first one will be pinned here.</p>
      )}
      <ul className="gallery">
        {shown.map((generation) => (
          <li key={generation.id}>
            <Card generation={generation} />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
          Older ones
        </button>
      )}
    </section>
  );
}

function Card({ generation }: { readonly generation: Postcard }) {
  const { prompt } = generation.input;
  const image = generation.status === "completed" ? generation.outputs[0] : null;
  const preview = generation.progress.previewUrl;
  return (
    <figure>
      {image && (
        <img src={image.url} width={image.width ?? 512} height={image.height ?? 512} alt={`Postcard: ${prompt}`} />
      )}
      {!image && preview && <img src={preview} width={512} height={512} alt="" />}
      {!image && !preview && <div className="blank" />}
      <figcaption>{image ? prompt : `${prompt} (being painted)`}</figcaption>
    </figure>
  );
}
