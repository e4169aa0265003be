import { useChat } from "@ai-sdk/react";

/** A chat with a model that answers with pictures: it has no hook for a picture alone. */
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
