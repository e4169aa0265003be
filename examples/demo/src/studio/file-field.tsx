import { defaultBasePath } from "@safelight/client/contract";
import { useRef, useState } from "react";
import { SmallImage } from "../image/small-image.tsx";
import { CloseIcon, ImageIcon } from "../shell/icons.tsx";
import { useFocusFallback } from "../shell/use-focus-fallback.ts";
import { clipTypes, imageTypes, removeFile, uploadFile, useFileUpload } from "./file-upload.ts";

/** Receives the focus of a removed button. */
const fieldId = "file-field";

interface FileFieldProps {
  readonly image: string | null;
  /** `null` also if the model accepts no clip. */
  readonly clip: string | null;
  readonly acceptsClip: boolean;
}

/** The input image or clip: choose, upload, preview, remove. */
export function FileField({ image, clip, acceptsClip }: FileFieldProps) {
  const upload = useFileUpload();
  const isUploading = upload.status === "uploading";
  const chosen = image ?? clip;
  const noun = clip === null ? "picture" : "clip";
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div
        id={fieldId}
        className="file-field"
        role="group"
        aria-label={acceptsClip ? "Picture or clip to begin from" : "Picture to begin from"}
        tabIndex={-1}
      >
        {isUploading ? (
          <Chosen noun={upload.isClip ? "clip" : "picture"} src={upload.previewUrl} sent={upload.sent} isUploading />
        ) : chosen !== null ? (
          <Chosen noun={noun} src={srcOf(chosen)} sent={null} isUploading={false} />
        ) : (
          <ChooseButton acceptsClip={acceptsClip} />
        )}
        <p className="visually-hidden" role="status">
          {isUploading
            ? `The ${upload.isClip ? "clip" : "picture"} is on its way.`
            : chosen !== null && `It begins from your ${noun}.`}
        </p>
      </div>
      {!isUploading && clip !== null && <ClipPlayer key={clip} src={srcOf(clip)} />}
      {upload.status === "failed" && (
        <p className="file-problem" role="alert">
          {upload.problem} {upload.retry !== null && <AgainButton onClick={upload.retry} />}
        </p>
      )}
    </>
  );
}

/** A signed URL may expire before the draft is submitted. The owner's cookie gives access without a signature. */
function srcOf(id: string): string {
  return `${defaultBasePath}/inputs/${id}`;
}

/** The draft does not store whether its clip is a video or audio: the player detects it. */
function ClipPlayer({ src }: { readonly src: string }) {
  const [isSound, setSound] = useState(false);
  const media = { src, controls: true, preload: "metadata", "aria-label": "Your clip" } as const;
  return (
    <video
      className="file-clip"
      data-sound={isSound}
      playsInline
      onLoadedMetadata={({ currentTarget }) => setSound(currentTarget.videoWidth === 0)}
      {...media}
    />
  );
}

function ChooseButton({ acceptsClip }: { readonly acceptsClip: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const button = useFocusFallback<HTMLButtonElement>(fieldId);
  return (
    <>
      <button ref={button} type="button" className="button file-choose" onClick={() => input.current?.click()}>
        <ImageIcon />
        <span>
          <span className="file-choose-lead">Begin from a </span>
          <span className="file-choose-noun">{acceptsClip ? "picture or clip" : "picture"}</span>
        </span>
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept={[...imageTypes, ...(acceptsClip ? clipTypes : [])].join(",")}
        onChange={({ target }) => {
          const file = target.files?.[0];
          // Without the reset, choosing the same file again emits no event.
          target.value = "";
          if (file !== undefined) void uploadFile(file, { acceptsClip });
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

interface ChosenProps {
  readonly noun: "picture" | "clip";
  readonly src: string;
  /** The sent share of an upload; `null` if it is unknown. */
  readonly sent: number | null;
  readonly isUploading: boolean;
}

function Chosen({ isUploading, noun, sent, src }: ChosenProps) {
  const button = useFocusFallback<HTMLButtonElement>(fieldId);
  const percent = sent === null ? null : Math.floor(sent * 100);
  return (
    <div className="file-chosen">
      <span className="file-small" data-uploading={isUploading}>
        {noun === "picture" ? <SmallImage src={src} /> : <video src={src} muted playsInline />}
        {isUploading && (
          <span
            className="file-progress"
            role="progressbar"
            aria-label={`Uploading the ${noun}`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={percent ?? undefined}
            // When all is sent, the server still checks and stores the file.
            data-known={percent !== null && percent < 100}
            style={{ "--sent": `${percent ?? 0}%` }}
          />
        )}
      </span>
      <span className="file-words">
        {!isUploading
          ? "Begins from this"
          : percent === null || percent === 100
            ? "On its way…"
            : `On its way, ${percent}%`}
      </span>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label={isUploading ? "Stop the upload" : `Remove the ${noun}`}
        onClick={removeFile}
      >
        <CloseIcon />
      </button>
    </div>
  );
}
