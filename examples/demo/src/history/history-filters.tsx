import type { GenerationStatus } from "@safelight/client/contract";
import { SearchIcon } from "../shell/icons.tsx";
import type { HistoryFilter } from "./history-filter.ts";

/** Options of the status filter. */
export const statusFilters = [
  { name: "All", status: null },
  { name: "Developing", status: "processing" },
  { name: "Completed", status: "completed" },
  { name: "Failed", status: "failed" },
  { name: "Canceled", status: "canceled" },
] as const satisfies readonly { readonly name: string; readonly status: GenerationStatus | null }[];

/** Selected status; `null`: all. */
export type StatusFilter = (typeof statusFilters)[number]["status"];

/** Search, date and status fields of the history. */
export function HistoryFilters(props: {
  readonly status: StatusFilter;
  readonly filter: HistoryFilter;
  readonly onChange: (change: Partial<HistoryFilter & { readonly status: StatusFilter }>) => void;
}) {
  const { status, filter, onChange } = props;
  return (
    <search className="history-filters">
      <div className="history-search">
        <SearchIcon />
        <input
          type="search"
          className="input"
          aria-label="Search prompts"
          placeholder="Search prompts"
          value={filter.words}
          onChange={({ target }) => onChange({ words: target.value })}
        />
      </div>
      <div className="history-dates">
        <DayField name="From" value={filter.from} max={filter.to} onChange={(from) => onChange({ from })} />
        <DayField name="To" value={filter.to} min={filter.from} onChange={(to) => onChange({ to })} />
      </div>
      <fieldset className="filters" aria-label="Show">
        {statusFilters.map(({ name, status: option }) => (
          <button
            key={name}
            type="button"
            className="filter"
            aria-pressed={option === status}
            onClick={() => onChange({ status: option })}
          >
            {name}
          </button>
        ))}
      </fieldset>
    </search>
  );
}

function DayField(props: {
  readonly name: string;
  readonly value: string;
  readonly min?: string;
  readonly max?: string;
  readonly onChange: (day: string) => void;
}) {
  const { name, value, min = "", max = "", onChange } = props;
  return (
    <label className="history-day">
      <span>{name}</span>
      <input
        type="date"
        className="input"
        value={value}
        {...(min !== "" && { min })}
        {...(max !== "" && { max })}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}
