import { field, label } from "../shell/fields.ts";
import { users } from "../users.ts";

interface SharingSelectProps {
  /** The organization that sees the collection; `null`: its creator alone. */
  readonly value: string | null;
  readonly onChange: (organizationId: string | null) => void;
}

/** The visibility of a collection. */
export function SharingSelect({ value, onChange }: SharingSelectProps) {
  const { data: organizations } = users.useListOrganizations();
  return (
    <label className={label}>
      Visible to
      <select className={field} value={value ?? ""} onChange={(event) => onChange(event.target.value || null)}>
        <option value="">Only you</option>
        {organizations?.map(({ id, name }) => (
          <option key={id} value={id}>
            Everyone in {name}
          </option>
        ))}
      </select>
    </label>
  );
}
