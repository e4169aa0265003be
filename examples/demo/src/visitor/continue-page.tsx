import { useState } from "react";
import { Link } from "wouter";
import { useGenerationHistory } from "../safelight.ts";
import { Page } from "../shell/page.tsx";
import { PageMessage } from "../shell/page-message.tsx";
import { visitor } from "./visitor.ts";

/** Target of the handover link. It asks for a confirmation, since this browser loses its current visitor. */
export function ContinuePage() {
  const [token] = useState(() => location.hash.slice(1));
  const [problem, setProblem] = useState<string | null>(null);
  const [isMoving, setMoving] = useState(false);
  const { generations } = useGenerationHistory();
  const move = async () => {
    if (isMoving) return;
    setMoving(true);
    try {
      await visitor.redeemLink(token);
      // A page load drops the state of the previous visitor; `replace` removes the link from the history.
      location.replace("/");
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "It did not work. Try again in a moment.");
      setMoving(false);
    }
  };
  return (
    <Page title="Continue here" className="continue">
      {token === "" || problem !== null ? (
        <PageMessage title="This link does not lead anywhere" tone="problem">
          <p>{problem ?? "There is nothing in it to continue."} Make a new one on the other device.</p>
          <Link className="button" href="/">
            To the Studio
          </Link>
        </PageMessage>
      ) : (
        <PageMessage title="Continue here">
          <p>The gallery, the credits and what is in the tray move to this device too.</p>
          {generations.length > 0 && (
            <p>This device has pictures of its own. They stay behind, out of reach of this browser.</p>
          )}
          <button type="button" className="button button-lamp" aria-disabled={isMoving} onClick={() => void move()}>
            {isMoving ? "Moving…" : "Continue on this device"}
          </button>
        </PageMessage>
      )}
    </Page>
  );
}
