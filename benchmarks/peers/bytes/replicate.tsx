import { useState } from "react";
import Replicate from "replicate";

// Replicate does not allow requests from browsers: this goes to a proxy of the host, which adds the token.
const replicate = new Replicate({ auth: "of the proxy", baseUrl: new URL("/api/replicate", location.href).href });

/** A page that starts an image, follows it and shows it. A reload loses it. */
export function Page() {
  const [status, setStatus] = useState("idle");
  const [url, setUrl] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const generate = async (form: FormData) => {
    try {
      const started = await replicate.predictions.create({
        model: "black-forest-labs/flux-dev",
        input: { prompt: String(form.get("prompt")) },
      });
      const ended = await replicate.wait(started, {}, async (prediction) => {
        setStatus(prediction.status);
        return false;
      });
      setUrl(ended.output?.[0] ?? null);
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
