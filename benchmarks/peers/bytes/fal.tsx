import { fal } from "@fal-ai/client";
import { useState } from "react";

fal.config({ proxyUrl: "/api/fal/proxy" });

/** A page that starts an image, follows it and shows it. A reload loses it. */
export function Page() {
  const [status, setStatus] = useState("idle");
  const [url, setUrl] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const generate = async (form: FormData) => {
    try {
      const { data } = await fal.subscribe("fal-ai/flux/dev", {
        input: { prompt: String(form.get("prompt")) },
        onQueueUpdate: (update) => setStatus(update.status),
      });
      setUrl(data.images[0]?.url ?? null);
    } catch (reason) {
      setError(reason);
    }
  };
  return (
    <form action={generate}>
      <input name="prompt" aria-label="Prompt" required />
      <button type="submit">Develop</button>
      <p>{status}</p>
      {url && <img src={url} alt="The result" />}
      {error instanceof Error && <p>{error.message}</p>}
    </form>
  );
}
