import { defineHelper } from "../text/define-function.js";
import { changeHostBalance } from "./change-host-balance.js";

/** Key prefix of the two entries that move credits from one account to another. */
export const transferKey = "transfer:";

/** An own fault: the commit would lose the refund. */
const missing = (account: string): string => `RAISE EXCEPTION 'account % is missing', ${account}`;

/**
 * Resolves the debit of a generation that the same command ends. A refund restores purchased credits first, then the
 * initial grant. If the credits of the account have been transferred since the debit, two `adjustment` entries forward the
 * purchased part to `refund_account_id`. An initial grant never leaves its account.
 *
 * The outbox captures or releases a hold of the host. The caller holds the locks of both accounts and of the generation.
 */
export const resolveDebit = defineHelper({
  name: "resolve_debit",
  parameters: { id: "text", kind: "text", refunded: "bigint", reason: "text", give: "text", at: "bigint" },
  returns: "void",
  uses: [changeHostBalance],
  declare: "v_gen record; v_debit record; v_refunded bigint; v_initial bigint; v_moved bigint; v_rows bigint;",
  body: `
  SELECT g.account_id, g.refund_account_id, g.credits, g.hold INTO STRICT v_gen FROM @generations g WHERE g.id = :id;
  SELECT l.id, l.amount, l.initial INTO STRICT v_debit FROM @ledger_entries l WHERE l.generation_id = :id AND l.role = 'debit';
  -- A hold was debited by the host.
  v_refunded := CASE WHEN v_gen.hold IS NULL THEN :refunded ELSE 0 END;
  v_initial := greatest(v_refunded - (v_debit.initial - v_debit.amount), 0);
  v_moved := CASE WHEN v_gen.refund_account_id IS NULL THEN 0 ELSE v_refunded - v_initial END;
  INSERT INTO @ledger_entries
    (account_id, generation_id, kind, amount, initial, resolves_entry_id, reason, key, created_at)
  VALUES (v_gen.account_id, :id, :kind, v_refunded, v_initial, v_debit.id, :reason, 'gen:' || :id || ':resolution', :at);
  IF v_moved > 0 THEN
    INSERT INTO @ledger_entries (account_id, kind, amount, reason, key, created_at) VALUES
      (v_gen.account_id, 'adjustment', -v_moved, 'transferred', '${transferKey}' || :id, :at),
      (v_gen.refund_account_id, 'adjustment', v_moved, 'transferred', '${transferKey}' || :id, :at);
    UPDATE @accounts SET balance = balance + v_moved WHERE id = v_gen.refund_account_id;
    IF NOT FOUND THEN ${missing("v_gen.refund_account_id")}; END IF;
  END IF;
  IF v_refunded > 0 THEN
    UPDATE @accounts SET balance = balance + v_refunded - v_moved, initial = initial + v_initial WHERE id = v_gen.account_id;
    IF NOT FOUND THEN ${missing("v_gen.account_id")}; END IF;
  END IF;
  IF v_gen.hold::json ->> 'sameDatabase' = '1' THEN
    -- Without the statement, which another process has, the command fails.
    IF :refunded > 0 THEN
      v_rows := @${changeHostBalance.name}(:give, v_gen.hold::json ->> 'accountId', :refunded, :id);
      IF v_rows > 1 THEN RAISE EXCEPTION 'credits.give must change one row of a table. It changed % rows.', v_rows; END IF;
    END IF;
  ELSIF v_gen.hold IS NOT NULL THEN
    INSERT INTO @outbox (topic, payload, hold_key, tries, due_at, created_at)
    VALUES ('resolve_hold', json_build_object('key', :id, 'accountId', v_gen.hold::json ->> 'accountId',
      'reference', v_gen.hold::json ->> 'reference', 'credits', v_gen.credits, 'kept', v_gen.credits - :refunded)::text,
      :id, 0, :at, :at);
  END IF;
  -- The mark stays: it explains the debit of 0.
  IF v_gen.hold IS NOT NULL THEN UPDATE @generations SET hold = '{}' WHERE id = :id; END IF;`,
});
