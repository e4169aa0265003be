import { useDraft } from "./draft.ts";

const ideas = [
  "A lighthouse in the fog, one window lit",
  "Poppies on a chalk hill under a heavy sky",
  "A harbor at dusk, boats like paper",
  "The moon over a sleeping valley",
];

/** Paper that waits for a picture, and a few words to begin with. */
export function EmptyTray({ isWaiting }: { readonly isWaiting: boolean }) {
  const [, change] = useDraft();
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
                    change({ prompt: idea });
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
