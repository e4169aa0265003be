import { defaultBasePath } from "@safelight/client/contract";
import { useRef } from "react";
import { SmallImage } from "../image/small-image.tsx";
import { CloseIcon, ImageIcon } from "../shell/icons.tsx";
import { useFocusFallback } from "../shell/use-focus-fallback.ts";
import { imageTypes, removeImage, uploadImage, useImageUpload } from "./image-upload.ts";

/** Receives the focus of a removed button. */
const fieldId = "image-field";

/** The input image: choose, upload, preview, remove. */
export function ImageField({ image }: { readonly image: string | null }) {
  const upload = useImageUpload();
  const isUploading = upload.status === "uploading";
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div id={fieldId} className="image-field" role="group" aria-label="Picture to begin from" tabIndex={-1}>
        {isUploading ? (
          <Chosen src={upload.previewUrl} isUploading />
        ) : image !== null ? (
          // A signed URL may expire before the draft is submitted. The owner's cookie gives access without a signature.
          <Chosen src={`${defaultBasePath}/inputs/${image}`} isUploading={false} />
        ) : (
          <ChooseButton />
        )}
        <p className="visually-hidden" role="status">
          {isUploading ? "The picture is on its way." : image !== null && "It begins from your picture."}
        </p>
      </div>
      {upload.status === "failed" && (
        <p className="image-problem" role="alert">
          {upload.problem} {upload.retry !== null && <AgainButton onClick={upload.retry} />}
        </p>
      )}
    </>
  );
}

function ChooseButton() {
  const input = useRef<HTMLInputElement>(null);
  const button = useFocusFallback<HTMLButtonElement>(fieldId);
  return (
    <>
      <button ref={button} type="button" className="button image-choose" onClick={() => input.current?.click()}>
        <ImageIcon />
        <span>
          <span className="image-choose-lead">Begin from a </span>
          <span className="image-choose-noun">picture</span>
        </span>
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept={imageTypes.join(",")}
        onChange={({ target }) => {
          const file = target.files?.[0];
          // Without the reset, choosing the same file again emits no event.
          target.value = "";
          if (file !== undefined) void uploadImage(file);
        }}
      />
    </>
  );
}

function AgainButton({ onClick }: { readonly onClick: () => void }) {
  const button = useFocusFallback<HTMLButtonElement>(fieldId);
  return (
    <button ref={button} type="button" className="text-button" onClick={onClick}>
      Send it again
    </button>
  );
}

function Chosen({ src, isUploading }: { readonly src: string; readonly isUploading: boolean }) {
  const button = useFocusFallback<HTMLButtonElement>(fieldId);
  return (
    <div className="image-chosen">
      <span className="image-small" data-uploading={isUploading}>
        <SmallImage src={src} />
        {isUploading && <span className="image-progress" role="progressbar" aria-label="Uploading the picture" />}
      </span>
      <span className="image-words">{isUploading ? "On its way…" : "Begins from this"}</span>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label={isUploading ? "Stop the upload" : "Remove the picture"}
        onClick={removeImage}
      >
        <CloseIcon />
      </button>
    </div>
  );
}
