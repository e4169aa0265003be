"use client";

interface UploadProgressProps {
  /** Name of the file, such as "Image". */
  readonly label: string;
  /** The sent share, from 0 to 1; `null` if it is unknown. */
  readonly sent: number | null;
}

/** The progress of an upload. A screen reader reads it on request and announces no number by itself. */
export function UploadProgress({ label, sent }: UploadProgressProps) {
  const percent = sent === null ? null : Math.floor(sent * 100);
  // The server still checks and stores the file.
  const isSent = percent === 100;
  return (
    <span
      aria-label={`Upload of ${label}`}
      aria-valuemax={100}
      aria-valuemin={0}
      aria-valuenow={percent ?? undefined}
      aria-valuetext={isSent ? "Sent, being checked" : undefined}
      className="block h-1 w-full overflow-hidden rounded-full bg-muted"
      data-slot="upload-progress"
      role="progressbar"
    >
      <span
        className={`block h-full rounded-full bg-primary motion-safe:transition-[width] ${percent === null || isSent ? "motion-safe:animate-pulse" : ""}`}
        style={{ width: `${percent ?? 100}%` }}
      />
    </span>
  );
}
