/* kinds_control_proof - rows of the control protocol about keys, packs and
 * destructions, 1230..1299.
 *
 * Not here: look-ups (kinds.c), other rows (kinds_control_items.c).
 */
#include "kind_tables.h"

#include "kith/fields.h"
#include "kith/ids.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "kith/verbs.h"

static const struct kith_choice evidence_uses[] = {
    {KITH_LINK_KEY_USE_LOG, "log"},
    {KITH_LINK_KEY_USE_RECEIPT, "receipt"},
    {0, NULL}};

static const struct kith_field_info evidence_key_row_fields[] = {
    {KITH_EVIDENCE_KEY_ROW_DIRECTION, "direction", KITH_FIELD_CHOICE,
     KITH_F_MUST, 0, 0, kinds_directions, NULL, "whose log it is"},
    {KITH_EVIDENCE_KEY_ROW_LOG_NUMBER, "log_number", KITH_FIELD_NUMBER, 0, 0, 0,
     NULL, NULL, "number of the log"},
    {KITH_EVIDENCE_KEY_ROW_USE, "use", KITH_FIELD_CHOICE, KITH_F_MUST, 0, 0,
     evidence_uses, NULL, "what the key signed"},
    {KITH_EVIDENCE_KEY_ROW_PUBLIC_KEY, "public_key", KITH_FIELD_OCTETS,
     KITH_F_MUST | KITH_F_EXACT, KITH_KEY_LEN, 0, NULL, NULL,
     "public half of the key"},
    {KITH_EVIDENCE_KEY_ROW_FROM, "from", KITH_FIELD_NUMBER, 0, 0, 0, NULL,
     "entries", "first size it signed"},
    {KITH_EVIDENCE_KEY_ROW_TO, "to", KITH_FIELD_NUMBER, 0, 0, 0, NULL,
     "entries", "last size it signed"},
    {KITH_EVIDENCE_KEY_ROW_COMPROMISED, "compromised", KITH_FIELD_FLAG, 0, 0, 0,
     NULL, NULL, "not believed above `to`"},
    {KITH_EVIDENCE_KEY_ROW_CARD, "card", KITH_FIELD_OCTETS,
     KITH_F_MUST | KITH_F_WIDE, KITH_CARD_MAX, 0, NULL, NULL,
     "a card that names the key, binary form"},
};

static const struct kith_field_info pack_row_fields[] = {
    {KITH_PACK_ROW_BYTES, "bytes", KITH_FIELD_OCTETS, KITH_F_WIDE,
     KITH_PACK_PIECE_MAX, 0, NULL, NULL, "a piece of the pack"},
    {KITH_PACK_ROW_ENTRIES, "entries", KITH_FIELD_NUMBER, 0, 0, 0, NULL, NULL,
     "entries in the pack"},
    {KITH_PACK_ROW_GONE, "gone", KITH_FIELD_NUMBER, 0, 0, 0, NULL, NULL,
     "of them with a body that is not held any more"},
    {KITH_PACK_ROW_CLOSED, "closed", KITH_FIELD_NUMBER, 0, 0, 0, NULL, NULL,
     "of them with a body that is not for this person"},
};

static const struct kith_field_info destruction_row_fields[] = {
    {KITH_DESTRUCTION_ROW_ID, "id", KITH_FIELD_OCTETS,
     KITH_F_MUST | KITH_F_EXACT, KITH_ID_LEN, 0, NULL, NULL,
     "id of the request"},
    {KITH_DESTRUCTION_ROW_PARTNER, "partner", KITH_FIELD_NAME, KITH_F_MUST,
     KITH_NAME_MAX, 0, NULL, NULL, "partner"},
    {KITH_DESTRUCTION_ROW_DIRECTION, "direction", KITH_FIELD_CHOICE,
     KITH_F_MUST, 0, 0, kinds_directions, NULL, "asked by us, or of us"},
    {KITH_DESTRUCTION_ROW_PROJECT, "project", KITH_FIELD_NAME, 0, KITH_PATH_MAX,
     0, NULL, NULL, "project; everything when left out"},
    {KITH_DESTRUCTION_ROW_UNTIL, "until", KITH_FIELD_DAY, 0, 0, 0, NULL, NULL,
     "last day for it"},
    {KITH_DESTRUCTION_ROW_STATE, "state", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "state"},
    {KITH_DESTRUCTION_ROW_ENTRIES, "entries", KITH_FIELD_NUMBER, 0, 0, 0, NULL,
     "entries", "entries whose text is destroyed"},
    {KITH_DESTRUCTION_ROW_OFFICER, "officer", KITH_FIELD_NAME, 0, KITH_NAME_MAX,
     0, NULL, NULL, "person who answers for it"},
    {KITH_DESTRUCTION_ROW_DESTROYED_AT, "destroyed_at", KITH_FIELD_INSTANT, 0,
     0, 0, NULL, NULL, "when it was destroyed"},
    {KITH_DESTRUCTION_ROW_EXCEPTIONS, "exceptions", KITH_FIELD_TEXT,
     KITH_F_WIDE, KITH_TEXT_MAX, 0, NULL, NULL,
     "what was not destroyed, and why"},
    {KITH_DESTRUCTION_ROW_WITHDRAWN, "withdrawn", KITH_FIELD_NUMBER,
     KITH_F_WIDE, 0, 0, NULL, NULL, "items withdrawn by the request"},
    {KITH_DESTRUCTION_ROW_WARNING, "warning", KITH_FIELD_NAME, 0,
     KITH_REASON_MAX, 0, NULL, NULL, "what is worth a look"},
};

static const struct kith_field_info audit_log_row_fields[] = {
    {KITH_AUDIT_LOG_ROW_PARTNER, "partner", KITH_FIELD_NAME, KITH_F_MUST,
     KITH_NAME_MAX, 0, NULL, NULL, "partner"},
    {KITH_AUDIT_LOG_ROW_LOG_NUMBER, "log_number", KITH_FIELD_NUMBER, 0, 0, 0,
     NULL, NULL, "number of our log"},
    {KITH_AUDIT_LOG_ROW_ENTRIES, "entries", KITH_FIELD_NUMBER, 0, 0, 0, NULL,
     "entries", "entries in it"},
    {KITH_AUDIT_LOG_ROW_FIT, "fit", KITH_FIELD_NUMBER, 0, 0, 0, NULL, "entries",
     "of them, that bear witness of the audit log as it is"},
    {KITH_AUDIT_LOG_ROW_RECEIPTED, "receipted", KITH_FIELD_NUMBER, 0, 0, 0,
     NULL, "entries", "of them, that the partner has signed for"},
    {KITH_AUDIT_LOG_ROW_BACK, "back", KITH_FIELD_NUMBER, 0, 0, 0, NULL,
     "entries", "of them, come back after a loss: their rows are lost"},
    {KITH_AUDIT_LOG_ROW_FAULT, "fault", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "what is wrong with the log itself"},
    {KITH_AUDIT_LOG_ROW_INDEX, "index", KITH_FIELD_NUMBER, KITH_F_WIDE, 0, 0,
     NULL, NULL, "entry that is wrong"},
};

static const struct kith_choice audit_states[] = {
    {KITH_AUDIT_FITS, "fits"},
    {KITH_AUDIT_DIFFERS, "differs"},
    {KITH_AUDIT_GOES_ON, "goes_on"},
    {0, NULL}};

static const struct kith_field_info audit_verdict_row_fields[] = {
    {KITH_AUDIT_VERDICT_ROW_STATE, "state", KITH_FIELD_CHOICE, KITH_F_MUST, 0,
     0, audit_states, NULL, "whether the audit log is what was witnessed"},
    {KITH_AUDIT_VERDICT_ROW_ROWS, "rows", KITH_FIELD_NUMBER, 0, 0, 0, NULL,
     "rows", "rows of the audit log"},
    {KITH_AUDIT_VERDICT_ROW_WITNESSED, "witnessed", KITH_FIELD_NUMBER, 0, 0, 0,
     NULL, "rows", "the first of them, that an entry bears witness of"},
    {KITH_AUDIT_VERDICT_ROW_FAULT, "fault", KITH_FIELD_NAME, 0, KITH_NAME_MAX,
     0, NULL, NULL, "what does not fit"},
    {KITH_AUDIT_VERDICT_ROW_PARTNER, "partner", KITH_FIELD_NAME, 0,
     KITH_NAME_MAX, 0, NULL, NULL, "whose log the entry is in"},
    {KITH_AUDIT_VERDICT_ROW_LOG_NUMBER, "log_number", KITH_FIELD_NUMBER, 0, 0,
     0, NULL, NULL, "number of that log"},
    {KITH_AUDIT_VERDICT_ROW_INDEX, "index", KITH_FIELD_NUMBER, 0, 0, 0, NULL,
     NULL, "first entry that does not fit"},
    {KITH_AUDIT_VERDICT_ROW_FROM, "from", KITH_FIELD_NUMBER, 0, 0, 0, NULL,
     NULL, "first row that may have been changed"},
    {KITH_AUDIT_VERDICT_ROW_TO, "to", KITH_FIELD_NUMBER, 0, 0, 0, NULL, NULL,
     "first row behind them"},
    {KITH_AUDIT_VERDICT_ROW_CHECK, "check", KITH_FIELD_NUMBER, KITH_F_WIDE, 0,
     0, NULL, NULL, "number to go on with"},
    {KITH_AUDIT_VERDICT_ROW_DONE, "done", KITH_FIELD_NUMBER, KITH_F_WIDE, 0, 0,
     NULL, NULL, "rows and entries looked at"},
};

static const struct kith_kind_info kinds[] = {
    {KITH_KIND_EVIDENCE_KEY_ROW, "evidence_key_row", KITH_FAMILY_LOCAL,
     evidence_key_row_fields,
     sizeof evidence_key_row_fields / sizeof evidence_key_row_fields[0],
     "a key that signed notes of a log"},
    {KITH_KIND_PACK_ROW, "pack_row", KITH_FAMILY_LOCAL, pack_row_fields,
     sizeof pack_row_fields / sizeof pack_row_fields[0],
     "a piece of an evidence pack"},
    {KITH_KIND_DESTRUCTION_ROW, "destruction_row", KITH_FAMILY_LOCAL,
     destruction_row_fields,
     sizeof destruction_row_fields / sizeof destruction_row_fields[0],
     "a destruction that was asked for"},
    {KITH_KIND_AUDIT_LOG_ROW, "audit_log_row", KITH_FAMILY_LOCAL,
     audit_log_row_fields,
     sizeof audit_log_row_fields / sizeof audit_log_row_fields[0],
     "what the entries of one log bear witness of"},
    {KITH_KIND_AUDIT_VERDICT_ROW, "audit_verdict_row", KITH_FAMILY_LOCAL,
     audit_verdict_row_fields,
     sizeof audit_verdict_row_fields / sizeof audit_verdict_row_fields[0],
     "whether the audit log is what was witnessed"},
};

const struct kind_table kinds_control_proof = {kinds,
                                               sizeof kinds / sizeof kinds[0]};
