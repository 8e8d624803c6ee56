/* verdict - names of the codes, and giving one.
 *
 * Not here: telling the sender (intake_entry.c).
 */
#include "rules/verdict.h"

static const char *const code_names[APPLY_CODE_COUNT] = {
    [APPLY_NONE] = "none",
    [APPLY_MALFORMED] = "malformed",
    [APPLY_FIELDS] = "fields",
    [APPLY_CLASS] = "class",
    [APPLY_REVISION] = "revision",
    [APPLY_AGREEMENT] = "agreement_unknown",
    [APPLY_PARENT] = "parent_unknown",
    [APPLY_NDA] = "nda_step",
    [APPLY_PLACE] = "place",
    [APPLY_KEY] = "key",
};

const char *apply_code_name(uint16_t code)
{
    return code < APPLY_CODE_COUNT ? code_names[code] : "unknown";
}

void apply_reject(struct apply_entry *entry, enum apply_code code)
{
    entry->row->verdict = STORE_REJECTED;
    entry->row->code = (uint16_t)code;
}

void apply_malformed(struct apply_entry *entry)
{
    apply_reject(entry, APPLY_MALFORMED);
}
