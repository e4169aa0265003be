import type { Output, UploadedInput } from "@safelight/client/contract";
import { useState } from "react";
import { client } from "../../../../packages/react/blocks/hooks";
import { problemText } from "../../../../packages/react/blocks/messages/problem-text";
import { outlineButton } from "../../../../packages/react/blocks/styles/buttons";

interface AnimateButtonProps {
  readonly image: Output;
  /** Receives the image as the start of a reel. */
  readonly onUploaded: (uploaded: UploadedInput) => void;
}

/** Uploads an output as an input image: outputs and input images are deleted at different times. */
export function AnimateButton({ image, onUploaded }: AnimateButtonProps) {
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly problem: string | null }>({
    isBusy: false,
    problem: null,
  });
  const animate = async () => {
    if (state.isBusy) return;
    setState({ isBusy: true, problem: null });
    try {
      const response = await fetch(image.url);
      if (!response.ok) throw new Error(`The image responds with ${response.status}.`);
      onUploaded(await client.uploadInput(await response.blob()));
    } catch (error) {
      setState({ isBusy: false, problem: problemText(error) });
    }
  };
  return (
    <>
      <button type="button" className={outlineButton} aria-disabled={state.isBusy} onClick={() => void animate()}>
        {state.isBusy ? "Preparing…" : "Animate"}
      </button>
      <p role="alert" className="order-last basis-full text-sm text-destructive empty:hidden">
        {state.problem}
      </p>
    </>
  );
}
