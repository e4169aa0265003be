import { useState } from "react";
import { visitor } from "./visitor.ts";

/** Leaves this visitor behind and goes on as a new one. */
export function StartOver() {
  const [isAsking, setAsking] = useState(false);
  return (
    <section className="start-over" aria-labelledby="start-over-title">
      <h2 id="start-over-title" className="small-title">
        Start over
      </h2>
      <p>A new visitor has a full purse and an empty gallery. Yours stays behind, out of reach of this browser.</p>
      {isAsking ? (
        <fieldset className="confirm" aria-label="Leave this gallery behind?">
          <button type="button" className="button button-lamp" onClick={() => void visitor.startOver()}>
            Leave it behind
          </button>
          {/* biome-ignore lint/a11y/noAutofocus: the focus was on the button that this one takes the place of */}
          <button type="button" className="button button-quiet" autoFocus onClick={() => setAsking(false)}>
            Stay
          </button>
        </fieldset>
      ) : (
        <button type="button" className="button" onClick={() => setAsking(true)}>
          Become a new visitor
        </button>
      )}
    </section>
  );
}
