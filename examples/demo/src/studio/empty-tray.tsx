import { changeDraft } from "./draft.ts";

const ideas = [
  "A lighthouse in the fog, at dusk",
  "A red fox in a snowy forest",
  "Balloons over a golden valley",
  "A cabin by the lake under the northern lights",
];

/** The empty tray, with example prompts unless it is loading. */
export function EmptyTray({ isWaiting }: { readonly isWaiting: boolean }) {
  return (
    <div className="empty-tray" aria-busy={isWaiting}>
      <div className="empty-tray-paper" aria-hidden="true" />
      {!isWaiting && (
        <div className="empty-tray-words">
          <p className="empty-tray-title">The tray is empty.</p>
          <p className="empty-tray-hint">Write what you would like to see, or begin with one of these.</p>
          <ul className="ideas">
            {ideas.map((idea) => (
              <li key={idea}>
                <button
                  type="button"
                  className="idea"
                  onClick={() => {
                    changeDraft({ prompt: idea });
                    document.getElementById("prompt")?.focus();
                  }}
                >
                  {idea}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
