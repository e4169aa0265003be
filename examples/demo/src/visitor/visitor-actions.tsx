import { useState } from "react";
import { PersonSwitch } from "./person-switch.tsx";
import { PhoneButton } from "./phone-button.tsx";
import { visitor } from "./visitor.ts";

/** Actions of the visitor: continue on another device, start over as a new visitor, or become the other person of the team. */
export function VisitorActions() {
  const [isAsking, setAsking] = useState(false);
  return (
    <section className="visitor" aria-labelledby="visitor-title">
      <h2 id="visitor-title" className="small-title">
        This visitor
      </h2>
      <p>There is no account here: this browser is known by a cookie. Another device can become the same visitor.</p>
      <PhoneButton variant="text" />
      <p>A new visitor has a full purse and an empty gallery. Yours stays behind, out of reach of this browser.</p>
      {isAsking ? (
        <fieldset className="confirm" aria-label="Leave this gallery behind?">
          <button type="button" className="button button-lamp" onClick={() => void visitor.startOver()}>
            Leave it behind
          </button>
          {/* biome-ignore lint/a11y/noAutofocus: the focus was on the button that this one replaces */}
          <button type="button" className="button button-quiet" autoFocus onClick={() => setAsking(false)}>
            Stay
          </button>
        </fieldset>
      ) : (
        <button type="button" className="button" onClick={() => setAsking(true)}>
          Become a new visitor
        </button>
      )}
      <PersonSwitch />
    </section>
  );
}
