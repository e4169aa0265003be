import type { Gallery } from "@safelight/client/contract";

const galleries = [
  { name: "Mine", of: "own" },
  { name: "My team’s", of: "team" },
] as const satisfies readonly { readonly name: string; readonly of: Gallery }[];

/** The gallery in the URL of the history; `null` if it has none: the page then shows the own one, without a choice. */
export function galleryIn(search: URLSearchParams): Gallery | null {
  return galleries.find(({ of }) => of === search.get("of"))?.of ?? null;
}

/** Chooses between the own gallery and that of the team. */
export function GalleryChoice({ of, onChange }: { readonly of: Gallery; readonly onChange: (of: Gallery) => void }) {
  return (
    <fieldset className="filters" aria-label="Pictures">
      {galleries.map(({ name, of: option }) => (
        <button
          key={option}
          type="button"
          className="filter"
          aria-pressed={option === of}
          onClick={() => onChange(option)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
