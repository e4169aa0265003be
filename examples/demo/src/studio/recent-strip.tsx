import { Link } from "wouter";
import { Frame } from "../history/frame.tsx";
import { useGenerationHistory } from "../safelight.ts";
import { Skeletons } from "../shell/skeletons.tsx";

const shown = 6;

/** The newest pictures, small. */
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
          <Skeletons count={shown} className="frame-picture" />
        ) : (
          generations.slice(0, shown).map((generation) => (
            <li key={generation.id}>
              <Frame generation={generation} isSmall />
            </li>
          ))
        )}
      </ul>
    </section>
  );
}
