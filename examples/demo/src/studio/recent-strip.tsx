import { Link } from "wouter";
import { SmallFrame } from "../history/frame.tsx";
import { useGenerationHistory } from "../safelight.ts";
import { Skeletons } from "../shell/skeletons.tsx";
import { detailsPath } from "./details-path.ts";

/** The stylesheet hides the tiles that do not fit. */
const maxShown = 12;

/** The newest generations as small tiles. Their details open over the Studio. */
export function RecentStrip() {
  const { generations, isPending } = useGenerationHistory();
  if (!isPending && generations.length === 0) return null;
  return (
    <section className="recent" aria-labelledby="recent-title" aria-busy={isPending}>
      <div className="recent-head">
        <h2 id="recent-title" className="small-title">
          Recent
        </h2>
        <Link href="/history" className="quiet-link">
          All pictures
        </Link>
      </div>
      <ul className="recent-frames">
        {isPending ? (
          <Skeletons count={6} className="frame-image" />
        ) : (
          generations.slice(0, maxShown).map((generation) => (
            <li key={generation.id}>
              <SmallFrame generation={generation} href={detailsPath(generation.id)} />
            </li>
          ))
        )}
      </ul>
    </section>
  );
}
