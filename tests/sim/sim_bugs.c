/* sim_bugs - calls between parts of the daemon that go wrong on purpose.
 *
 * The linker leads each of these calls here (--wrap, sim.cmake), in kith-sim
 * alone; with no bug chosen every one goes on unchanged. Not here: bugs in the
 * order of commit and send (sim_host), in rows (sim_break).
 */
#include <string.h>

#include "kith/checkpoint.h"
#include "kith/kinds.h"
#include "kith/seal.h"
#include "rules/act.h"
#include "rules/apply_item.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/fork.h"
#include "rules/gate.h"
#include "rules/link.h"
#include "rules/outbox.h"
#include "rules/pending.h"
#include "rules/pump.h"
#include "rules/view.h"
#include "sim/sim_break.h"
#include "sim/sim_wrap.h"
#include "sim/sim_random.h"

/* Wrapped calls take no context, hence file scope. */
static enum sim_break chosen;

void sim_bugs_choose(enum sim_break broken)
{
    chosen = broken;
}

enum sim_break sim_bugs_chosen(void)
{
    return chosen;
}

WRAP(enum kith_status, pump_frame, struct act *act, struct store_link *link,
     const struct pump_span *span, struct kith_buf *frame, uint64_t *ret_next)
{
    struct pump_span trusting = *span;
    if (chosen == SIM_BREAK_TRUSTING_RESEND)
        trusting.gated_from = 0;
    return __real_pump_frame(act, link, &trusting, frame, ret_next);
}

WRAP(enum kith_status, view_project, struct act *act,
     const struct kith_record *record, const struct kith_record *grant,
     struct kith_record *ret_view)
{
    return __real_view_project(
        act, record, chosen == SIM_BREAK_SHOWS_HIDDEN ? NULL : grant, ret_view);
}

WRAP(enum kith_status, view_same, struct act *act,
     const struct kith_record *old, const struct kith_record *revised,
     const struct kith_record *grant, bool *ret_same)
{
    enum kith_status status =
        __real_view_same(act, old, revised, grant, ret_same);
    if (chosen == SIM_BREAK_HIDDEN_CAUSES)
        *ret_same = false;
    return status;
}

WRAP(enum kith_status, outbox_add, struct act *act,
     const struct store_link *link, enum outbox_cause cause,
     const struct kith_record *record)
{
    if ((chosen == SIM_BREAK_NO_WITHDRAWAL &&
         record->kind == KITH_KIND_WITHDRAWAL) ||
        (chosen == SIM_BREAK_NO_VOID && record->kind == KITH_KIND_VOID))
        return KITH_OK;
    return __real_outbox_add(act, link, cause, record);
}

WRAP(enum kith_status, outbox_add_revision, struct act *act, uint32_t link,
     enum outbox_cause cause, const struct store_head *head,
     uint64_t revision_row)
{
    if (chosen == SIM_BREAK_OTHER_QUEUE)
        link = 1;
    return __real_outbox_add_revision(act, link, cause, head, revision_row);
}

WRAP(enum kith_status, gate_ask, struct act *act, const struct store_link *link,
     const struct gate_question *question, struct gate_pass *ret_pass)
{
    struct store_link first;
    enum kith_status status = __real_gate_ask(act, link, question, ret_pass);
    if (chosen == SIM_BREAK_ANY_PARTNER && status == KITH_OK &&
        ret_pass->reason != GATE_OPEN &&
        store_link_get(act->txn, 1, &first) == KITH_OK)
        status = __real_gate_ask(act, &first, question, ret_pass);
    return status;
}

WRAP(enum kith_status, fork_keep, struct act *act, struct store_link *link,
     const struct fork_note *fork)
{
    struct store_link other;
    if (chosen == SIM_BREAK_LOST_PROOF) {
        (fork->side == STORE_OUT ? &link->out : &link->in)->frozen = true;
        return store_link_put(act->txn, link);
    }
    enum kith_status status = __real_fork_keep(act, link, fork);
    if (chosen != SIM_BREAK_FREEZES_ALL || status != KITH_OK ||
        store_link_get(act->txn, link->number == 1 ? 2 : 1, &other) != KITH_OK)
        return status;
    other.in.frozen = true;
    return store_link_put(act->txn, &other);
}

WRAP(enum kith_status, store_queue_next, struct store_txn *txn, uint32_t link,
     uint64_t after, struct kith_arena *arena, struct store_queued *ret_queued)
{
    struct store_queued second;
    enum kith_status status =
        __real_store_queue_next(txn, link, after, arena, ret_queued);
    if (status == KITH_OK && chosen == SIM_BREAK_WRONG_ORDER &&
        __real_store_queue_next(txn, link, ret_queued->sequence, arena,
                                &second) == KITH_OK)
        *ret_queued = second;
    return status;
}

WRAP(enum kith_status, apply_item, struct act *act, struct store_link *link,
     const struct kith_body *body, struct apply_entry *entry)
{
    enum kith_status status = __real_apply_item(act, link, body, entry);
    if (chosen == SIM_BREAK_REJECTS_GOOD && sim_chance(50))
        entry->row->verdict = STORE_REJECTED;
    return status;
}

WRAP(enum kith_status, audit_add, struct act *act,
     const struct audit_line *line)
{
    if (chosen == SIM_BREAK_SILENT_AUDIT &&
        strcmp(line->what, "disclosed") == 0 && sim_chance(100))
        return KITH_OK;
    return __real_audit_add(act, line);
}

WRAP(enum kith_status, link_tick, struct link_machine *machine, struct act *act,
     int64_t now_ms, int64_t *ret_next_ms)
{
    if (chosen != SIM_BREAK_NEVER_TIRES)
        return __real_link_tick(machine, act, now_ms, ret_next_ms);
    *ret_next_ms = now_ms + 1000;
    return KITH_OK;
}

WRAP(enum kith_status, store_link_put, struct store_txn *txn,
     const struct store_link *link)
{
    struct store_link copy = *link, former;
    if (chosen == SIM_BREAK_NUMBER_TWICE &&
        store_link_get(txn, link->number, &former) == KITH_OK)
        copy.session = former.session;
    if (chosen == SIM_BREAK_PASSES_PENDING)
        copy.in.pending = 0;
    return __real_store_link_put(txn, &copy);
}

WRAP(enum kith_status, store_told_put, struct store_txn *txn, uint32_t link,
     struct store_told *told)
{
    if (chosen == SIM_BREAK_FORGETS_TOLD && sim_chance(50))
        return KITH_OK;
    return __real_store_told_put(txn, link, told);
}

WRAP(enum kith_status, store_told_draw, struct store_txn *txn, uint32_t link,
     struct store_told *told)
{
    struct store_told former;
    struct store_head head;
    if (chosen == SIM_BREAK_OWN_ID && kith_id_is_none(&told->item) &&
        store_head_get(txn, &told->ref, &head) == KITH_OK)
        told->item = head.id;
    /* not its own id, and the same for all that are told first */
    if (chosen == SIM_BREAK_ONE_ID && kith_id_is_none(&told->item) &&
        store_told_get(txn, link, &told->ref, &former) == KITH_NOT_FOUND &&
        store_head_get(txn, &told->ref, &head) == KITH_OK) {
        told->item = head.id;
        told->item.b[0] ^= 1;
    }
    return __real_store_told_draw(txn, link, told);
}

WRAP(void, cache_drop, struct company *company)
{
    if (chosen != SIM_BREAK_STALE_CACHE)
        __real_cache_drop(company);
}

WRAP(enum kith_status, pending_settle, struct act *act, struct store_link *link)
{
    enum kith_status status = __real_pending_settle(act, link);
    if (chosen == SIM_BREAK_PASSES_PENDING)
        link->in.pending = 0;
    return status;
}

WRAP(enum kith_status, kith_receipt_sign,
     const struct kith_checkpoint *checkpoint,
     const struct kith_receipt_signer *signer, struct kith_buf *buf)
{
    struct kith_receipt_signer early = *signer;
    if (chosen == SIM_BREAK_COSIGNS_BACK && sim_chance(200))
        early.time_s -= 3600;
    return __real_kith_receipt_sign(checkpoint, &early, buf);
}

WRAP(enum kith_status, kith_seal_entry, const struct kith_origin *origin,
     struct kith_entry_header *header, struct kith_bytes body,
     struct kith_ek *ret_ek, struct kith_buf *ret_sealed)
{
    if (chosen == SIM_BREAK_BACK_DATES && sim_chance(100))
        header->time_s -= 3600;
    return __real_kith_seal_entry(origin, header, body, ret_ek, ret_sealed);
}

WRAP(void, kith_witness, const uint8_t salt_key[KITH_KEY_LEN],
     const struct kith_place *place, uint64_t audit_size,
     const struct kith_hash *audit_root, struct kith_hash *ret_witness)
{
    __real_kith_witness(salt_key, place, audit_size, audit_root, ret_witness);
    if (chosen == SIM_BREAK_FALSE_WITNESS && sim_chance(50))
        ret_witness->b[0] ^= 1;
}
