import { defaultBasePath } from "@safelight/client/contract";
import { useRef } from "react";
import { SmallPicture } from "../picture/small-picture.tsx";
import { CloseIcon, PictureIcon } from "../shell/icons.tsx";
import { dropPicture, pictureTypes, uploadPicture, usePictureUpload } from "./picture-upload.ts";
import { useFocusHeir } from "./use-focus-heir.ts";

/** Takes the focus of a button that has done its work. */
const fieldId = "picture-field";

/** A picture to begin from: choosing it, sending it, seeing it, and leaving it out again. */
export function PictureField({ image }: { readonly image: string | null }) {
  const upload = usePictureUpload();
  const isUploading = upload.status === "uploading";
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div id={fieldId} className="picture-field" role="group" aria-label="Picture to begin from" tabIndex={-1}>
        {isUploading ? (
          <Chosen src={upload.previewUrl} isUploading />
        ) : image !== null ? (
          // Signed addresses end before a draft does; to its owner the picture is shown without.
          <Chosen src={`${defaultBasePath}/inputs/${image}`} isUploading={false} />
        ) : (
          <ChooseButton />
        )}
        <p className="visually-hidden" role="status">
          {isUploading ? "The picture is on its way." : image !== null && "It begins from your picture."}
        </p>
      </div>
      {upload.status === "failed" && (
        <p className="picture-problem" role="alert">
          {upload.problem} {upload.retry !== null && <AgainButton onClick={upload.retry} />}
        </p>
      )}
    </>
  );
}

function ChooseButton() {
  const input = useRef<HTMLInputElement>(null);
  const button = useFocusHeir<HTMLButtonElement>(fieldId);
  return (
    <>
      <button ref={button} type="button" className="button picture-choose" onClick={() => input.current?.click()}>
        <PictureIcon />
        <span>
          <span className="picture-choose-lead">Begin from a </span>
          <span className="picture-choose-noun">picture</span>
        </span>
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept={pictureTypes.join(",")}
        onChange={({ target }) => {
          const file = target.files?.[0];
          // The same file may be chosen again.
          target.value = "";
          if (file !== undefined) void uploadPicture(file);
        }}
      />
    </>
  );
}

function AgainButton({ onClick }: { readonly onClick: () => void }) {
  const button = useFocusHeir<HTMLButtonElement>(fieldId);
  return (
    <button ref={button} type="button" className="text-button" onClick={onClick}>
      Send it again
    </button>
  );
}

function Chosen({ src, isUploading }: { readonly src: string; readonly isUploading: boolean }) {
  const button = useFocusHeir<HTMLButtonElement>(fieldId);
  return (
    <div className="picture-chosen">
      <span className="picture-small" data-uploading={isUploading}>
        <SmallPicture src={src} />
        {isUploading && <span className="picture-progress" role="progressbar" aria-label="Uploading the picture" />}
      </span>
      <span className="picture-words">{isUploading ? "On its way…" : "Begins from this"}</span>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label={isUploading ? "Stop the upload" : "Remove the picture"}
        onClick={dropPicture}
      >
        <CloseIcon />
      </button>
    </div>
  );
}
