import { useChat } from "@ai-sdk/react";

/** A chat with a model that returns images, since the SDK has no hook for images. */
export function Page() {
  const { error, messages, sendMessage, status } = useChat();
  const files = messages.flatMap(({ parts }) => parts).filter((part) => part.type === "file");
  return (
    <form action={(form) => sendMessage({ text: String(form.get("prompt")) })}>
      <input name="prompt" aria-label="Prompt" required />
      <button type="submit" disabled={status !== "ready"}>
        Develop
      </button>
      {status === "streaming" && <progress />}
      {files.map(({ url }) => (
        <img key={url} src={url} alt="The result" />
      ))}
      {error && <p>{error.message}</p>}
    </form>
  );
}
