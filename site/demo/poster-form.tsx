import { useActiveGeneration, useGenerate } from "./hooks.ts";
import { Print } from "./print.tsx";

export function PosterForm() {
  const { generate, isSubmitting, isActive, error } = useGenerate({ model: "poster" });
  // The newest in progress, else the newest that ended and was not marked as seen: also after a reload.
  const { count, generation, markSeen } = useActiveGeneration({ model: "poster" });
  const isBusy = isSubmitting || isActive || count > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        generate({ prompt: String(new FormData(event.currentTarget).get("prompt")) });
      }}
    >
      <input name="prompt" aria-label="Prompt" defaultValue="a lighthouse at dusk" required />
      <button type="submit" disabled={isBusy}>
        {isBusy ? "Developing…" : "Develop · 4 credits"}
      </button>
      <Print generation={generation} />
      {generation?.status === "failed" && <p>{generation.error.message} Your 4 credits are back.</p>}
      {error && <p role="alert">{errorTexts[error.code] ?? "It did not work. Please try again."}</p>}
      {generation && !isBusy && (
        <button type="button" onClick={() => markSeen()}>
          Take it out of the tray
        </button>
      )}
    </form>
  );
}

const errorTexts: Partial<Record<string, string>> = {
  insufficient_credits: "You do not have enough credits.",
};
