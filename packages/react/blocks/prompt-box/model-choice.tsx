"use client";

import { useId, useLayoutEffect, useRef } from "react";

/** A model that the user can choose. */
export interface ModelOption {
  /** The name of the model on your server. */
  readonly id: string;
  readonly label: string;
  /** A few words below the label, such as "8 seconds". */
  readonly hint?: string;
}

export interface ModelChoiceProps {
  readonly models: readonly ModelOption[];
  readonly selected: string;
  readonly onSelect: (id: string) => void;
}

/** The models as a group of radio buttons. The arrow keys select one. */
export function ModelChoice({ models, selected, onSelect }: ModelChoiceProps) {
  const name = useId();
  const group = useRef<HTMLDivElement>(null);
  // A model that was chosen before hydration. The next render would select another one.
  useLayoutEffect(() => {
    const checked = group.current?.querySelector<HTMLInputElement>("input:checked");
    if (checked && checked.value !== selected) onSelect(checked.value);
  }, [selected, onSelect]);
  return (
    <div ref={group} role="radiogroup" aria-label="Model" className="flex min-w-0 flex-wrap gap-1.5">
      {models.map(({ id, label, hint }) => (
        <label
          key={id}
          className="flex min-h-9 cursor-pointer items-center gap-2 rounded-md border border-input px-3 py-1.5 text-sm text-muted-foreground transition-colors hover:bg-accent hover:text-accent-foreground has-checked:border-primary has-checked:bg-accent has-checked:text-accent-foreground has-focus-visible:ring-2 has-focus-visible:ring-ring motion-reduce:transition-none"
        >
          <input
            type="radio"
            className="sr-only"
            name={name}
            value={id}
            checked={id === selected}
            onChange={() => onSelect(id)}
          />
          <span className="font-medium">{label}</span>
          {hint !== undefined && <span className="text-xs text-muted-foreground">{hint}</span>}
        </label>
      ))}
    </div>
  );
}
