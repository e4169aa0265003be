const radius = 18;
const circumference = 2 * Math.PI * radius;

/** A ring that fills with progress, from 0 to 1. Decorative: the text next to it has the same value. */
export function ProgressRing({ value }: { readonly value: number }) {
  return (
    <svg className="progress-ring" viewBox="0 0 40 40" aria-hidden="true">
      <circle cx="20" cy="20" r={radius} className="progress-ring-track" />
      <circle
        cx="20"
        cy="20"
        r={radius}
        className="progress-ring-value"
        strokeDasharray={circumference}
        strokeDashoffset={circumference * (1 - Math.max(0.03, value))}
      />
    </svg>
  );
}
