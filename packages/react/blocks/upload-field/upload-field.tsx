"use client";

import type { MediaKind, UploadedInput } from "@safelight/client/contract";
import { type ClipboardEvent, type DragEvent, useEffect, useId, useRef, useState } from "react";
import { CameraIcon, CloseIcon, ImageIcon } from "../icons/icons";
import { useOnOwnerChange } from "../owner/use-on-owner-change";
import { focusRing, iconButton, outlineButton } from "../styles/buttons";
import { UploadProgress } from "./upload-progress";
import { nounOf, wrongFileText } from "./upload-texts";
import { useUpload } from "./use-upload";

export interface UploadFieldProps {
  /** The uploaded file; `null` for none. Pass its `id` in the input of a model. */
  readonly value: UploadedInput | null;
  /** Receives an uploaded file; `null` after the user has removed it, when another user signs in, and when the cache is cleared. */
  readonly onChange: (value: UploadedInput | null) => void;
  /** Receives `true` while a file is uploaded, so that a form can wait for it. Pass a stable function, such as a state setter. */
  readonly onUploading?: (isUploading: boolean) => void;
  /** @default "Image" */
  readonly label?: string;
  /** The kinds that the field of the model accepts. @default ["image"] */
  readonly kinds?: readonly MediaKind[];
}

const images: readonly MediaKind[] = ["image"];

/** An input image, video or audio file: chosen, dropped, pasted, or taken with the camera. */
export function UploadField({ value, onChange, onUploading, label = "Image", kinds = images }: UploadFieldProps) {
  const [labelId, problemId] = [useId(), useId()];
  const group = useRef<HTMLFieldSetElement>(null);
  const [isOver, setOver] = useState(false);
  const { upload, start, cancel, fail } = useUpload(onChange, kinds);
  const isUploading = upload.status === "uploading";
  useEffect(() => {
    if (!isUploading) return;
    onUploading?.(true);
    return () => onUploading?.(false);
  }, [isUploading, onUploading]);
  /** Uploads the first file of an accepted kind. Returns whether there were files. */
  const uploadFirst = (files: Iterable<File>): boolean => {
    const all = [...files];
    const file = all.find(({ type }) => kinds.some((kind) => type.startsWith(`${kind}/`)));
    if (file !== undefined) void start(file);
    else if (all.length > 0) fail(wrongFileText(kinds));
    return all.length > 0;
  };
  const onPaste = (event: ClipboardEvent) => {
    if (uploadFirst(event.clipboardData.files)) event.preventDefault();
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    uploadFirst(event.dataTransfer.files);
  };
  const clear = () => {
    cancel();
    onChange(null);
  };
  useOnOwnerChange(clear);
  const remove = () => {
    clear();
    group.current?.focus();
  };
  const problem = upload.status === "failed" ? upload.problem : null;
  const shown =
    upload.status === "uploading"
      ? { url: upload.previewUrl, type: upload.type }
      : value && { url: value.url, type: value.contentType };
  return (
    <fieldset
      ref={group}
      aria-busy={isUploading}
      aria-describedby={problem === null ? undefined : problemId}
      aria-labelledby={labelId}
      className={`flex min-w-0 flex-col gap-2 rounded-lg border border-dashed border-input p-3 data-over:border-primary data-over:bg-accent ${focusRing}`}
      data-over={isOver ? "" : undefined}
      data-slot="upload-field"
      data-status={upload.status === "idle" && value !== null ? "ready" : upload.status}
      tabIndex={-1}
      onDragLeave={() => setOver(false)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDrop={onDrop}
      onPaste={onPaste}
    >
      <div className="flex flex-wrap items-center gap-3">
        <span className="relative flex size-14 shrink-0 items-center justify-center overflow-hidden rounded-md bg-muted text-muted-foreground">
          <Thumbnail label={label} shown={shown} />
        </span>
        <div className="min-w-0 flex-1 basis-40">
          <span id={labelId} className="block text-sm font-medium">
            {label}
          </span>
          <span role="status" className="block text-xs text-muted-foreground">
            {isUploading ? "Uploading…" : value === null ? `Drop or paste ${nounOf(kinds)} here` : "Ready"}
          </span>
        </div>
        {shown === null ? (
          <FileButtons kinds={kinds} onFiles={uploadFirst} />
        ) : (
          <button
            type="button"
            aria-label={isUploading ? `Stop the upload of ${label}` : `Remove ${label}`}
            className={iconButton}
            onClick={remove}
          >
            <CloseIcon />
          </button>
        )}
      </div>
      {upload.status === "uploading" && <UploadProgress label={label} sent={upload.sent} />}
      <p id={problemId} role="alert" className="text-sm text-destructive empty:hidden">
        {problem}
      </p>
    </fieldset>
  );
}

interface ThumbnailProps {
  readonly label: string;
  readonly shown: { readonly url: string; readonly type: string } | null;
}

/** An image, the first frame of a video, or an icon for audio. */
function Thumbnail({ label, shown }: ThumbnailProps) {
  if (shown === null || shown.type.startsWith("audio/")) return <ImageIcon />;
  return shown.type.startsWith("video/") ? (
    <video
      key={shown.url}
      muted
      playsInline
      aria-label={label}
      className="size-full object-cover"
      preload="metadata"
      src={shown.url}
    />
  ) : (
    <img alt={label} className="size-full object-cover" src={shown.url} />
  );
}

interface FileButtonsProps {
  readonly kinds: readonly MediaKind[];
  readonly onFiles: (files: Iterable<File>) => void;
}

function FileButtons({ kinds, onFiles }: FileButtonsProps) {
  const [file, camera] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const input = (isCamera: boolean) => (
    <input
      ref={isCamera ? camera : file}
      accept={isCamera ? "image/*" : kinds.map((kind) => `${kind}/*`).join(",")}
      aria-hidden="true"
      capture={isCamera ? "environment" : undefined}
      className="hidden"
      tabIndex={-1}
      type="file"
      onChange={(event) => {
        onFiles(event.target.files ?? []);
        // Otherwise, choosing the same file again would not be a change.
        event.target.value = "";
      }}
    />
  );
  return (
    <div className="flex gap-2">
      <button type="button" className={outlineButton} onClick={() => file.current?.click()}>
        Choose
      </button>
      {input(false)}
      {kinds.includes("image") && (
        <>
          <button
            type="button"
            aria-label="Take a photo"
            className={`${outlineButton} hidden size-9 p-0 pointer-coarse:inline-flex`}
            onClick={() => camera.current?.click()}
          >
            <CameraIcon />
          </button>
          {input(true)}
        </>
      )}
    </div>
  );
}
