import { ChevronIcon } from "../shell/icons.tsx";

/** Words that the demo's provider obeys, to see how failures are handled. */
const words = [
  { word: "slow", meaning: "takes ten times the steps" },
  { word: "fail:policy", meaning: "is accepted, then refused for its content" },
  { word: "fail:rate", meaning: "is refused twice for its rate, then accepted" },
  { word: "fail:flaky", meaning: "fails once, then succeeds" },
  { word: "fail:always", meaning: "fails until the attempts are spent" },
  { word: "lost", meaning: "is accepted, the response is lost, and the job is found again" },
  { word: "lost:forever", meaning: "is accepted, and never found again" },
];

/** The test words of the prompt, folded away: they are for developers. */
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
