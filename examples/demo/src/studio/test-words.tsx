import { ChevronIcon } from "../shell/icons.tsx";

/** Words in the prompt that make the demo's provider simulate failures. */
const words = [
  { word: "slow", meaning: "takes ten times the steps" },
  { word: "fail:policy", meaning: "is accepted, then refused for its content" },
  { word: "fail:rate", meaning: "is refused twice for its rate, then accepted" },
  { word: "fail:flaky", meaning: "fails once, then succeeds" },
  { word: "fail:always", meaning: "fails until the attempts are spent" },
  { word: "lost", meaning: "is accepted, the response is lost, and the job is found again" },
  { word: "lost:forever", meaning: "is accepted, and never found again" },
];

/** The test words for developers, collapsed by default. */
export function TestWords({ onPick }: { readonly onPick: (word: string) => void }) {
  return (
    <details className="options">
      <summary className="options-summary">
        <span className="options-name">For developers</span>
        <span className="options-now">test words</span>
        <ChevronIcon to="down" />
      </summary>
      <div className="words">
        <p className="words-title">Words in the prompt that the demo obeys. A failure refunds its credits.</p>
        <ul>
          {words.map(({ word, meaning }) => (
            <li key={word}>
              <button type="button" className="word" onClick={() => onPick(word)}>
                {word}
              </button>
              <span>{meaning}</span>
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}
