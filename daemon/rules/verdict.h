/* verdict - what became of one entry of a partner (PROTOCOL.md 7.5).
 *
 * Threads: any.
 */
#ifndef RULES_VERDICT_H
#define RULES_VERDICT_H

#include "store/logs.h"

/* Why an entry was rejected; stored and sent by name, never renumbered. */
enum apply_code {
    APPLY_NONE = 0,
    APPLY_MALFORMED, /* the body is not what the layout says */
    APPLY_FIELDS,    /* a field breaks the table of its kind */
    APPLY_CLASS,     /* the kind does not travel in this class */
    APPLY_REVISION,  /* not the next revision of this item */
    APPLY_AGREEMENT, /* names an agreement that we have not both signed */
    APPLY_PARENT,    /* hangs on an item we do not hold */
    APPLY_NDA,       /* the step does not fit the agreement */
    APPLY_PLACE,     /* speaks of entries that are not there */
    APPLY_KEY,       /* a key notice that its statement key did not sign */
    APPLY_CODE_COUNT
};

/* Where the entry stands and what becomes of it. */
struct apply_entry {
    uint64_t index;
    struct store_entry *row; /* not yet stored: record, project, before, slot,
                                verdict and code are set here */
    bool silent;             /* set: a verdict about it is never sent */
    const char *why;         /* set: which part of CODE it is, a slug */
};

/* Sets the verdict «rejected», with CODE as its reason. */
void apply_reject(struct apply_entry *entry, enum apply_code code);
/* The verdict about a body that does not decode. */
void apply_malformed(struct apply_entry *entry);

/* Names of the verdict codes that apply_body gives, for evidence and logs;
 * "code 0" is none. */
const char *apply_code_name(uint16_t code);

#endif
