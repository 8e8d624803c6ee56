/* record - one typed business object, as every program of ours holds it.
 *
 * A record is a head and a list of numbered, typed fields; what a number
 * means stands in the table of its kind (kinds.h). The wire form carries the
 * numbers, so a record of a newer version can still be read structurally and
 * is then «not understood» rather than malformed (PROTOCOL.md 6.4).
 *
 * Ownership: field text and octets point into the arena or buffer that the
 * record was decoded from, or wherever the builder's caller keeps them.
 * Threads: one owner at a time.
 */
#ifndef KITH_RECORD_H
#define KITH_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/status.h"

struct kith_error;

enum kith_label {
    KITH_LABEL_NONE = 0, /* not marked: may not leave */
    KITH_LABEL_PUBLIC = 1,
    KITH_LABEL_INTERNAL = 2,
    KITH_LABEL_CONFIDENTIAL = 3,
    KITH_LABEL_STRICT = 4 /* «strictly_confidential» */
};

enum kith_value_type {
    KITH_VALUE_TEXT = 1,   /* UTF-8, no NUL, no control character but LF */
    KITH_VALUE_NUMBER = 2, /* int64 */
    KITH_VALUE_OCTETS = 3, /* ids, digests, signatures, nested notes */
    KITH_VALUE_WHEN = 4,
    KITH_VALUE_CHOICE = 5 /* number of a closed list, never 0 */
};

/* A date as roadmaps have it (PROTOCOL.md 7.1). */
enum kith_when_kind {
    KITH_WHEN_DATE = 1,
    KITH_WHEN_UNKNOWN = 2,
    KITH_WHEN_NOT_ANNOUNCED = 3,
    KITH_WHEN_PASSED = 4,
    KITH_WHEN_WINDOW = 5,
    KITH_WHEN_VERBATIM = 6 /* kept and reported, never compared */
};

struct kith_when {
    enum kith_when_kind kind;
    int32_t from_day;       /* days since 1970-01-01: DATE, WINDOW; else 0 */
    int32_t to_day;         /* WINDOW: >= from_day; else 0 */
    struct kith_bytes text; /* VERBATIM */
};

struct kith_field {
    uint32_t number; /* 1..65535 */
    enum kith_value_type type;
    struct kith_bytes bytes; /* TEXT, OCTETS */
    int64_t value;           /* NUMBER, CHOICE */
    struct kith_when when;   /* WHEN */
};

struct kith_record {
    uint32_t kind;      /* enum kith_kind, or newer */
    struct kith_id id;  /* internal, or the item's on a link */
    uint64_t revision;  /* 1, 2, 3 ...; 0 = not yet posted */
    int64_t changed_at; /* Unix seconds */
    enum kith_label label;
    bool inactive;                   /* kept, not counted, can be undone */
    struct kith_id project;          /* none at party level */
    struct kith_id author;           /* person; none when not told */
    struct kith_company_id owner;    /* control only; all 0 = this company */
    const struct kith_field *fields; /* ascending by number, lists adjacent */
    size_t n_fields;                 /* <= KITH_FIELDS_MAX */
};

/* First field NUMBER of RECORD, or NULL. Further ones of a list follow it. */
const struct kith_field *kith_record_field(const struct kith_record *record,
                                           uint32_t number);
/* The text, octets or number of a field, or an empty value / FALLBACK. */
struct kith_bytes kith_record_bytes(const struct kith_record *record,
                                    uint32_t number);
int64_t kith_record_value(const struct kith_record *record, uint32_t number,
                          int64_t fallback);
/* The day of a date, the first of a window (days since 1970-01-01); 0 for one
 * kept verbatim; FALLBACK when the field is absent or no time. */
int32_t kith_record_day(const struct kith_record *record, uint32_t number,
                        int32_t fallback);
/* Octets of exactly LEN bytes. KITH_NOT_FOUND: absent or of another length. */
enum kith_status kith_record_octets(const struct kith_record *record,
                                    uint32_t number, void *ret_data, size_t len)
    KITH_MUST_CHECK;

/* Builds a record: fields are kept in an array of the arena, put in order
 * when the record is taken. Text and octets are copied into the arena. The
 * first failure sticks and comes out of _finish. */
struct kith_record_builder {
    struct kith_arena *arena;
    struct kith_field *fields;
    size_t n_fields;
    enum kith_status status;
};
void kith_build_start(struct kith_record_builder *builder,
                      struct kith_arena *arena);
/* The same, with every field of FORMER but those of number EXCEPT (0: none). */
void kith_build_from(struct kith_record_builder *builder,
                     struct kith_arena *arena, const struct kith_record *former,
                     uint32_t except);
/* The same without those of the N numbers in EXCEPT. */
void kith_build_without(struct kith_record_builder *builder,
                        struct kith_arena *arena,
                        const struct kith_record *former,
                        const uint32_t *except, size_t n);
void kith_build_text(struct kith_record_builder *builder, uint32_t number,
                     struct kith_bytes text);
void kith_build_octets(struct kith_record_builder *builder, uint32_t number,
                       const void *data, size_t len);
void kith_build_number(struct kith_record_builder *builder, uint32_t number,
                       int64_t value);
void kith_build_choice(struct kith_record_builder *builder, uint32_t number,
                       int64_t choice);
void kith_build_when(struct kith_record_builder *builder, uint32_t number,
                     const struct kith_when *when);
/* The date DAY, days since 1970. */
void kith_build_day(struct kith_record_builder *builder, uint32_t number,
                    int32_t day);
void kith_build_field(struct kith_record_builder *builder,
                      const struct kith_field *field);
/* Sets record->fields and n_fields (fields sorted by number, list order
 * kept); the head stays the caller's. KITH_NOMEM, KITH_LIMIT. */
enum kith_status kith_build_finish(struct kith_record_builder *builder,
                                   struct kith_record *record) KITH_MUST_CHECK;

/* Wire form (proto/record.proto). Encoding is deterministic: fields in
 * ascending order, defaults left out. Appends to BUF, or nothing.
 * KITH_INVALID  kind 0, fields out of order, a number, choice or day out of
 *               range, bad text: bytes that a decoder would refuse
 * KITH_LIMIT    more than KITH_FIELDS_MAX fields, or over KITH_CONTROL_MAX
 * KITH_NOMEM
 */
enum kith_status kith_record_encode(const struct kith_record *record,
                                    struct kith_buf *buf) KITH_MUST_CHECK;
/* Strict: over-limit, left-over bytes, unknown protobuf fields, bad UTF-8,
 * NUL, fields out of order, or a re-encoding that differs = KITH_MALFORMED.
 * An unknown kind or field number is no fault here: see kith_record_check.
 * Texts point into ARENA. KITH_NOMEM: the arena is full. */
enum kith_status kith_record_decode(struct kith_arena *arena,
                                    struct kith_bytes bytes,
                                    struct kith_record *ret_record)
    KITH_MUST_CHECK;

/* Holds RECORD against the table of its kind: types, must, lengths, choices,
 * list or single. FROM_PARTNER also refuses local kinds, an owner, paths
 * instead of ids, and a business record without id, revision or label; of
 * business fields it misses only those told whenever the record is
 * (KITH_F_HEAD), because a grant may hide the others.
 * KITH_NOT_UNDERSTOOD  unknown kind, field number, choice, label or kind of
 *                      date, and nothing else wrong
 * KITH_INVALID         must missing, too long, wrong type, a rule broken;
 *                      ERR names the field
 */
enum kith_status kith_record_check(const struct kith_record *record,
                                   bool from_partner, struct kith_error *err)
    KITH_MUST_CHECK;

/* `when` and days as text: "2027-03-01", "2027-03-01..2027-04-15",
 * "unknown", "not_announced", "passed"; VERBATIM gives its own text. */
enum kith_status kith_when_text(const struct kith_when *when,
                                struct kith_buf *buf) KITH_MUST_CHECK;
/* Reads those forms, and ISO week "2027-W09" as its Monday..Sunday window and
 * month "2027-03" as its window. KITH_INVALID: none of them (callers that
 * keep the text verbatim do so themselves). */
enum kith_status kith_when_parse(struct kith_bytes text,
                                 struct kith_when *ret_when) KITH_MUST_CHECK;
bool kith_when_equal(const struct kith_when *a, const struct kith_when *b);
/* Proleptic Gregorian; KITH_INVALID: no such day. */
enum kith_status kith_day_from_civil(int year, int month, int day,
                                     int32_t *ret_day) KITH_MUST_CHECK;
/* DAY as "2027-03-01", its NUL included. */
enum {
    KITH_DAY_TEXT_SIZE = 40 /* of any three ints */
};
void kith_day_text(int32_t day, char ret_text[KITH_DAY_TEXT_SIZE]);
void kith_day_to_civil(int32_t day, int *ret_year, int *ret_month,
                       int *ret_day);

#endif
