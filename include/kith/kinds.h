/* kinds - the tables that say what every record may hold.
 *
 * One table per kind drives decoding checks, storage, projection, the CLI's
 * options, help, manual, tables and JSON. Numbers are never reused.
 * Kinds come in families: business and relation and duty kinds travel between
 * companies; local kinds (arguments and rows of the control protocol, stored
 * state) never do.
 * Threads: constant data.
 */
#ifndef KITH_KINDS_H
#define KITH_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/bytes.h"

enum kith_family {
    KITH_FAMILY_BUSINESS = 1, /* 1..99: class project */
    KITH_FAMILY_RELATION = 2, /* 100..199: class relation */
    KITH_FAMILY_DUTY = 3,     /* 200..299: class duty */
    KITH_FAMILY_LOCAL = 4     /* 1000..: control and store only */
};

enum kith_field_type {
    KITH_FIELD_TEXT = 1, /* text, LF allowed */
    KITH_FIELD_NAME,     /* text of one line */
    KITH_FIELD_NUMBER,   /* integer in `unit` */
    KITH_FIELD_FLAG,     /* number 0 or 1 */
    KITH_FIELD_INSTANT,  /* number: Unix seconds */
    KITH_FIELD_DAY,      /* when, only DATE */
    KITH_FIELD_WHEN,     /* when, any */
    KITH_FIELD_CHOICE,
    KITH_FIELD_REF,     /* octets, 16: id of a record of `ref_kind` (0: any);
                            in control requests also text, a path */
    KITH_FIELD_COMPANY, /* octets, 32; in control requests also text */
    KITH_FIELD_DIGEST,  /* octets, 32 */
    KITH_FIELD_OCTETS
};

enum kith_field_flag {
    KITH_F_MUST = 1,
    KITH_F_LIST = 2,  /* may repeat */
    KITH_F_KEY = 4,   /* part of the natural key */
    KITH_F_HEAD = 8,  /* told whenever the record is: never hidden */
    KITH_F_WIDE = 16, /* left out of tables, shown by `show` and JSON */
    KITH_F_EXACT = 32 /* octets of exactly max_len bytes */
};

struct kith_choice {
    uint32_t number;  /* >= 1 */
    const char *name; /* lower_snake */
};

struct kith_field_info {
    uint32_t number;
    const char *name; /* lower_snake; CLI option with '-' for '_' */
    enum kith_field_type type;
    unsigned flags; /* enum kith_field_flag */
    size_t max_len; /* bytes of text or octets; 0 for others */
    uint32_t ref_kind;
    const struct kith_choice *choices; /* ends with number 0 */
    const char *unit; /* "day", "ms", "bytes"; NULL when none */
    const char *help; /* one line, no full stop */
};

struct kith_kind_info {
    uint32_t kind;
    const char *name; /* lower_snake, singular */
    enum kith_family family;
    const struct kith_field_info *fields; /* ascending by number */
    size_t n_fields;
    const char *help;
};

/* Table of KIND, NULL when this version does not know it. */
const struct kith_kind_info *kith_kind_info(uint32_t kind);
/* Kind by its name, NULL when there is none. */
const struct kith_kind_info *kith_kind_by_name(const char *name);
/* All kinds in ascending order; index < *ret_count. */
const struct kith_kind_info *kith_kind_at(size_t index);
size_t kith_kind_count(void);
const struct kith_field_info *kith_field_info(const struct kith_kind_info *kind,
                                              uint32_t number);
const struct kith_field_info *kith_field_by_name(
    const struct kith_kind_info *kind, const char *name);
/* Name of a choice or NULL; number of a choice name or 0. */
const char *kith_choice_name(const struct kith_choice *choices, int64_t number);
uint32_t kith_choice_number(const struct kith_choice *choices,
                            struct kith_bytes name);
extern const struct kith_choice
    kith_labels[]; /* public .. strictly_confidential */

extern const struct kith_choice kith_openness_levels[]; /* closed .. strict */

enum kith_kind {
    /* business */
    KITH_KIND_PROJECT = 1,
    KITH_KIND_GENERATION = 2,
    KITH_KIND_MILESTONE = 3,
    KITH_KIND_MESSAGE = 4,
    KITH_KIND_ANSWER = 5,
    KITH_KIND_GRANT = 6, /* as told to the grantee */

    /* relation */
    KITH_KIND_LOG_OPENED = 100,
    KITH_KIND_KEY_NOTICE = 101,
    KITH_KIND_CARD_NOTICE = 102,
    KITH_KIND_NDA_PROPOSAL = 103,
    KITH_KIND_NDA_SIGNATURE = 104,
    KITH_KIND_NDA_END = 105,
    KITH_KIND_PERSON = 106,

    /* duty */
    KITH_KIND_VOID = 200,
    KITH_KIND_WITHDRAWAL = 201,
    KITH_KIND_VERDICT = 202,
    KITH_KIND_DESTRUCTION_REQUEST = 203,
    KITH_KIND_DESTRUCTION_CERTIFICATE = 204,
    KITH_KIND_READ = 206,

    /* local: state in our store and in our own audit log */
    KITH_KIND_AGREEMENT = 1000, /* an NDA as we hold it */
    KITH_KIND_GRANT_STATE = 1001,
    KITH_KIND_PERSON_STATE = 1002,
    KITH_KIND_AUDIT = 1003,
    KITH_KIND_NOTICE_RULE = 1004,
    KITH_KIND_NOTICE = 1005,
    KITH_KIND_DESTRUCTION = 1006, /* asked of us or by us, and how it stands */
    KITH_KIND_ORAL_MEMO = 1011, /* an oral disclosure of ours, confirmed yet? */
    KITH_KIND_LINK_KEY = 1010, /* a key of ours or a partner's, and its sizes */
    KITH_KIND_OPENNESS = 1016  /* level of a partner, of a project or of all */
    /* 1100.. arguments and 1200.. rows of the control protocol: verbs.h */
};

#endif
