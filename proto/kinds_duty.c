/* kinds_duty - the kinds that take back or answer for what was told.
 *
 * Responsible for: fields, numbers and help of the duty kinds 200..299.
 * Numbers are never reused; a test holds docs/PROTOCOL.md 7 equal to these
 * tables.
 * Not here: look-ups (kinds.c), other families (kinds_relation.c).
 */
#include "kind_tables.h"

#include "kith/fields.h"
#include "kith/ids.h"
#include "kith/limits.h"

static const struct kith_choice void_reasons[] = {
    {1, "not_allowed"}, {2, "agreement_over"}, {3, "grant_over"},
    {4, "withdrawn"},   {5, "destroyed"},      {0, NULL},
};

static const struct kith_choice withdrawal_reasons[] = {
    {1, "grant_over"}, {2, "agreement_over"}, {3, "narrowed"}, {4, "removed"},
    {0, NULL},
};

static const struct kith_choice verdicts[] = {
    {1, "unreadable"}, {2, "not_understood"}, {3, "rejected"}, {4, "processed"},
    {0, NULL},
};

static const struct kith_field_info void_fields[] = {
    {.number = KITH_VOID_FROM,
     .name = "from",
     .type = KITH_FIELD_NUMBER,
     .flags = KITH_F_MUST | KITH_F_LIST,
     .help = "first index of a range that is not sent"},
    {.number = KITH_VOID_COUNT,
     .name = "count",
     .type = KITH_FIELD_NUMBER,
     .flags = KITH_F_MUST | KITH_F_LIST,
     .unit = "entries",
     .help = "entries in that range"},
    {.number = KITH_VOID_REASON,
     .name = "reason",
     .type = KITH_FIELD_CHOICE,
     .flags = KITH_F_MUST,
     .choices = void_reasons,
     .help = "why"},
};

static const struct kith_field_info withdrawal_fields[] = {
    {.number = KITH_WITHDRAWAL_ITEM,
     .name = "item",
     .type = KITH_FIELD_OCTETS,
     .flags = KITH_F_MUST | KITH_F_LIST | KITH_F_EXACT,
     .max_len = KITH_ID_LEN,
     .help = "item that is withdrawn"},
    {.number = KITH_WITHDRAWAL_REASON,
     .name = "reason",
     .type = KITH_FIELD_CHOICE,
     .flags = KITH_F_MUST,
     .choices = withdrawal_reasons,
     .help = "why"},
};

static const struct kith_field_info verdict_fields[] = {
    {.number = KITH_VERDICT_LOG_NUMBER,
     .name = "log_number",
     .type = KITH_FIELD_NUMBER,
     .flags = KITH_F_MUST,
     .help = "number of the log that is judged"},
    {.number = KITH_VERDICT_INDEX,
     .name = "index",
     .type = KITH_FIELD_NUMBER,
     .flags = KITH_F_MUST,
     .help = "index of the entry"},
    {.number = KITH_VERDICT_LEAF,
     .name = "leaf",
     .type = KITH_FIELD_DIGEST,
     .flags = KITH_F_MUST,
     .max_len = KITH_HASH_LEN,
     .help = "leaf hash of the entry"},
    {.number = KITH_VERDICT_VERDICT,
     .name = "verdict",
     .type = KITH_FIELD_CHOICE,
     .flags = KITH_F_MUST,
     .choices = verdicts,
     .help = "what became of it"},
    {.number = KITH_VERDICT_CODE,
     .name = "code",
     .type = KITH_FIELD_NAME,
     .max_len = KITH_NAME_MAX,
     .help = "rule that was broken"},
    {.number = KITH_VERDICT_WHY,
     .name = "why",
     .type = KITH_FIELD_NAME,
     .max_len = KITH_NAME_MAX,
     .help = "which part of it, for the operator"},
};

static const struct kith_field_info destruction_request_fields[] = {
    {.number = KITH_DESTRUCTION_REQUEST_PROJECT,
     .name = "project",
     .type = KITH_FIELD_OCTETS,
     .flags = KITH_F_EXACT,
     .max_len = KITH_ID_LEN,
     .help = "project of which everything is to be destroyed; all that was "
             "told when left out"},
    {.number = KITH_DESTRUCTION_REQUEST_UNTIL,
     .name = "until",
     .type = KITH_FIELD_DAY,
     .flags = KITH_F_MUST,
     .help = "last day for it"},
};

static const struct kith_field_info destruction_certificate_fields[] = {
    {.number = KITH_CERTIFICATE_REQUEST,
     .name = "request",
     .type = KITH_FIELD_OCTETS,
     .flags = KITH_F_MUST | KITH_F_EXACT,
     .max_len = KITH_ID_LEN,
     .help = "id of the request"},
    {.number = KITH_CERTIFICATE_LOG_NUMBER,
     .name = "log_number",
     .type = KITH_FIELD_NUMBER,
     .flags = KITH_F_MUST,
     .help = "newest log of the receiver of this"},
    {.number = KITH_CERTIFICATE_SIZE,
     .name = "size",
     .type = KITH_FIELD_NUMBER,
     .flags = KITH_F_MUST,
     .unit = "entries",
     .help = "entries of that log below which it speaks"},
    {.number = KITH_CERTIFICATE_ENTRIES,
     .name = "entries",
     .type = KITH_FIELD_NUMBER,
     .flags = KITH_F_MUST,
     .unit = "entries",
     .help = "entries whose text is destroyed"},
    {.number = KITH_CERTIFICATE_DIGEST,
     .name = "digest",
     .type = KITH_FIELD_DIGEST,
     .flags = KITH_F_MUST,
     .max_len = KITH_HASH_LEN,
     .help = "digest over those entries"},
    {.number = KITH_CERTIFICATE_DESTROYED_AT,
     .name = "destroyed_at",
     .type = KITH_FIELD_INSTANT,
     .flags = KITH_F_MUST,
     .help = "when"},
    {.number = KITH_CERTIFICATE_OFFICER,
     .name = "officer",
     .type = KITH_FIELD_NAME,
     .flags = KITH_F_MUST,
     .max_len = KITH_NAME_MAX,
     .help = "person who answers for it"},
    {.number = KITH_CERTIFICATE_OFFICER_TITLE,
     .name = "officer_title",
     .type = KITH_FIELD_NAME,
     .max_len = KITH_NAME_MAX,
     .help = "what the officer is in the company"},
    {.number = KITH_CERTIFICATE_EXCEPTIONS,
     .name = "exceptions",
     .type = KITH_FIELD_TEXT,
     .max_len = KITH_TEXT_MAX,
     .help = "what was not destroyed, and why"},
    {.number = KITH_CERTIFICATE_SIGNATURE,
     .name = "signature",
     .type = KITH_FIELD_OCTETS,
     .flags = KITH_F_MUST | KITH_F_EXACT,
     .max_len = KITH_SIG_LEN,
     .help = "signature of the statement key"},
};

static const struct kith_field_info read_fields[] = {
    {.number = KITH_READ_ITEM,
     .name = "item",
     .type = KITH_FIELD_OCTETS,
     .flags = KITH_F_MUST | KITH_F_EXACT,
     .max_len = KITH_ID_LEN,
     .help = "item of the receiver that was read"},
    {.number = KITH_READ_REVISION,
     .name = "revision",
     .type = KITH_FIELD_NUMBER,
     .flags = KITH_F_MUST,
     .help = "revision of it"},
    {.number = KITH_READ_PERSON,
     .name = "person",
     .type = KITH_FIELD_OCTETS,
     .flags = KITH_F_MUST | KITH_F_EXACT,
     .max_len = KITH_ID_LEN,
     .help = "person of the sender who read it"},
};

static const struct kith_kind_info kinds[] = {
    {.kind = KITH_KIND_VOID,
     .name = "void",
     .family = KITH_FAMILY_DUTY,
     .fields = void_fields,
     .n_fields = sizeof(void_fields) / sizeof(void_fields[0]),
     .help = "bodies that may no longer be sent"},
    {.kind = KITH_KIND_WITHDRAWAL,
     .name = "withdrawal",
     .family = KITH_FAMILY_DUTY,
     .fields = withdrawal_fields,
     .n_fields = sizeof(withdrawal_fields) / sizeof(withdrawal_fields[0]),
     .help = "items that may no longer be read"},
    {.kind = KITH_KIND_VERDICT,
     .name = "verdict",
     .family = KITH_FAMILY_DUTY,
     .fields = verdict_fields,
     .n_fields = sizeof(verdict_fields) / sizeof(verdict_fields[0]),
     .help = "what became of an entry of the receiver"},
    {.kind = KITH_KIND_DESTRUCTION_REQUEST,
     .name = "destruction_request",
     .family = KITH_FAMILY_DUTY,
     .fields = destruction_request_fields,
     .n_fields = sizeof(destruction_request_fields) /
                 sizeof(destruction_request_fields[0]),
     .help = "the receiver is to destroy what it was told"},
    {.kind = KITH_KIND_DESTRUCTION_CERTIFICATE,
     .name = "destruction_certificate",
     .family = KITH_FAMILY_DUTY,
     .fields = destruction_certificate_fields,
     .n_fields = sizeof(destruction_certificate_fields) /
                 sizeof(destruction_certificate_fields[0]),
     .help = "it is destroyed, and who answers for it"},
    {.kind = KITH_KIND_READ,
     .name = "read",
     .family = KITH_FAMILY_DUTY,
     .fields = read_fields,
     .n_fields = sizeof(read_fields) / sizeof(read_fields[0]),
     .help = "a person has read an item of the receiver"},
};

const struct kind_table kinds_duty = {kinds, sizeof(kinds) / sizeof(kinds[0])};
