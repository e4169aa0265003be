import { createSafelightClient } from "@safelight/client";
import { useState } from "react";
import type { App } from "../../footprint/host-script.ts";

const client = createSafelightClient<App>();

/** The same page with the client alone, and its own state. */
export function Page() {
  const [status, setStatus] = useState("idle");
  const [url, setUrl] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const generate = async (form: FormData) => {
    try {
      setStatus("submitting");
      const { generation } = await client.submit("poster", { prompt: String(form.get("prompt")) });
      const ended = await client.wait(generation.id);
      setStatus(ended.status);
      if (ended.status === "completed") setUrl(ended.outputs[0].url);
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
