import { fetchServerSentEvents, useGenerateImage } from "@tanstack/ai-react";

/** A page that starts an image, follows it and shows it, also after a reload. */
export function Page() {
  const { error, generate, isLoading, result } = useGenerateImage({
    connection: fetchServerSentEvents("/api/generate/image"),
    persistence: true,
    threadId: "poster",
  });
  const [image] = result?.images ?? [];
  return (
    <form action={(form) => generate({ prompt: String(form.get("prompt")) })}>
      <input name="prompt" aria-label="Prompt" required />
      <button type="submit" disabled={isLoading}>
        Develop
      </button>
      {isLoading && <progress />}
      {image?.url && <img src={image.url} alt="The result" />}
      {error && <p>{error.message}</p>}
    </form>
  );
}
