import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ChevronIcon } from "../shell/icons.tsx";
import { visitor } from "./visitor.ts";

/** For developers: switches to a second person, to see a team. */
export function PersonSwitch() {
  const { data } = useQuery({ queryKey: ["person"], queryFn: visitor.person });
  const [problem, setProblem] = useState<string | null>(null);
  const isSecond = data?.person === 2;
  const switchPerson = async () => {
    setProblem(null);
    try {
      await visitor.switchPerson();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "It did not work. Try again in a moment.");
    }
  };
  return (
    <details className="options">
      <summary className="options-summary">
        <span className="options-name">For developers</span>
        <span className="options-now">a second person</span>
        <ChevronIcon to="down" />
      </summary>
      <div className="words">
        <p className="words-title">
          A second person shares a team with this visitor. Both see the team’s pictures in the history. Credits, the
          tray and notices belong to the person who asked.
        </p>
        <button type="button" className="button" onClick={() => void switchPerson()}>
          {isSecond ? "Become the first person again" : "Become the second person"}
        </button>
        {problem !== null && <p role="alert">{problem}</p>}
      </div>
    </details>
  );
}
