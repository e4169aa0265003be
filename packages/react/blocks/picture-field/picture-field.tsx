"use client";

import type { UploadedInput } from "@safelight/client/contract";
import { type ClipboardEvent, type DragEvent, useId, useRef, useState } from "react";
import { CameraIcon, CloseIcon, ImageIcon } from "../icons/icons";
import { focusRing, iconButton, outlineButton } from "../styles/buttons";
import { useUpload } from "./use-upload";

export interface PictureFieldProps {
  /** The uploaded image; `null` for none. Pass its `id` in the input of a model. */
  readonly value: UploadedInput | null;
  /** Receives an uploaded image; `null` after the user has removed it. */
  readonly onChange: (value: UploadedInput | null) => void;
  /** @default "Image" */
  readonly label?: string;
}

const notAnImage = "This is not an image. Choose a PNG, JPEG or WebP.";

/** An input image: chosen, dropped, pasted, or taken with the camera. */
export function PictureField({ value, onChange, label = "Image" }: PictureFieldProps) {
  const [labelId, problemId] = [useId(), useId()];
  const group = useRef<HTMLFieldSetElement>(null);
  const [isOver, setOver] = useState(false);
  const { upload, start, cancel, fail } = useUpload(onChange);
  const take = (files: Iterable<File>): boolean => {
    const all = [...files];
    const image = all.find(({ type }) => type.startsWith("image/"));
    if (image !== undefined) void start(image);
    else if (all.length > 0) fail(notAnImage);
    return all.length > 0;
  };
  const onPaste = (event: ClipboardEvent) => {
    if (take(event.clipboardData.files)) event.preventDefault();
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const remove = () => {
    cancel();
    onChange(null);
    group.current?.focus();
  };
  const problem = upload.status === "failed" ? upload.problem : null;
  const shownUrl = upload.status === "uploading" ? upload.previewUrl : (value?.url ?? null);
  return (
    <fieldset
      ref={group}
      aria-busy={upload.status === "uploading"}
      aria-describedby={problem === null ? undefined : problemId}
      aria-labelledby={labelId}
      className={`flex min-w-0 flex-col gap-2 rounded-lg border border-dashed border-input p-3 data-over:border-primary data-over:bg-accent ${focusRing}`}
      data-over={isOver ? "" : undefined}
      data-slot="picture-field"
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
          {shownUrl === null ? <ImageIcon /> : <img alt={label} className="size-full object-cover" src={shownUrl} />}
        </span>
        <div className="min-w-0 flex-1 basis-40">
          <span id={labelId} className="block text-sm font-medium">
            {label}
          </span>
          <span role="status" className="block text-xs text-muted-foreground">
            {upload.status === "uploading" ? "Uploading…" : value === null ? "Drop or paste an image here" : "Ready"}
          </span>
        </div>
        {shownUrl === null ? (
          <FileButtons onFiles={take} />
        ) : (
          <button type="button" aria-label={`Remove ${label}`} className={iconButton} onClick={remove}>
            <CloseIcon />
          </button>
        )}
      </div>
      <p id={problemId} role="alert" className="text-sm text-destructive empty:hidden">
        {problem}
      </p>
    </fieldset>
  );
}

function FileButtons({ onFiles }: { readonly onFiles: (files: Iterable<File>) => void }) {
  const [file, camera] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const input = (isCamera: boolean) => (
    <input
      ref={isCamera ? camera : file}
      accept="image/*"
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
      <button
        type="button"
        aria-label="Take a photo"
        className={`${outlineButton} hidden size-9 p-0 pointer-coarse:inline-flex`}
        onClick={() => camera.current?.click()}
      >
        <CameraIcon />
      </button>
      {input(false)}
      {input(true)}
    </div>
  );
}
