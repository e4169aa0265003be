import { generateReactHelpers } from "@uploadthing/react";
import { useState } from "react";
import type { FileRouter } from "uploadthing/types";

const { useUploadThing } = generateReactHelpers<FileRouter>();

/** A page that starts an upload, follows it and shows the image. */
export function Page() {
  const [progress, setProgress] = useState(0);
  const [url, setUrl] = useState<string | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const { isUploading, startUpload } = useUploadThing("poster", {
    onUploadProgress: setProgress,
    onClientUploadComplete: ([file]) => setUrl(file?.ufsUrl ?? null),
    onUploadError: setError,
  });
  return (
    <form>
      <input
        type="file"
        aria-label="Picture"
        disabled={isUploading}
        onChange={({ target }) => startUpload([...(target.files ?? [])])}
      />
      {isUploading && <progress max={100} value={progress} />}
      {url && <img src={url} alt="The result" />}
      {error && <p>{error.message}</p>}
    </form>
  );
}
