/* build - from what the person typed to a record of the argument kind.
 *
 * Threads: one.
 */
#ifndef CLIENT_BUILD_H
#define CLIENT_BUILD_H

#include "kith/record.h"

struct arguments;
struct cli;
struct command;
struct kith_error;
struct kith_field_info;

/* Builds the record of COMMAND's argument kind from ARGUMENTS; --label goes
 * to its head. Texts live in the client's arena. KITH_INVALID: ERR names the
 * option and what it may be. */
enum kith_status build_record(struct cli *cli, const struct command *command,
                              const struct arguments *arguments,
                              struct kith_record *ret_record,
                              struct kith_error *err) KITH_MUST_CHECK;

/* A record under construction, for what a command adds by itself. */
struct build {
    struct cli *cli;
    struct kith_record record;
    struct kith_record_builder builder;
};
void build_start(struct build *build, struct cli *cli, uint32_t kind);
void build_text(struct build *build, uint32_t number, const char *text);
/* Adds TEXT as a value of INFO, as an option would be. NAME is what errors
 * call it. KITH_INVALID. */
enum kith_status build_value(struct build *build,
                             const struct kith_field_info *info,
                             const char *name, const char *text,
                             struct kith_error *err) KITH_MUST_CHECK;
/* Adds what ARGUMENTS hold of fields of the kind, and the label.
 * KITH_INVALID. */
enum kith_status build_arguments(struct build *build,
                                 const struct arguments *arguments,
                                 struct kith_error *err) KITH_MUST_CHECK;
/* The finished record. */
struct kith_record build_finish(struct build *build);

/* A day: YYYY-MM-DD, today, tomorrow, or +N days. KITH_INVALID. */
enum kith_status build_day(const char *text, struct kith_when *ret_when)
    KITH_MUST_CHECK;

#endif
