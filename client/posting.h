/* posting - sends business records and says what became of them.
 *
 * Threads: one.
 */
#ifndef CLIENT_POSTING_H
#define CLIENT_POSTING_H

#include <stddef.h>

#include "kith/record.h"

struct arguments;
struct cli;
struct command;
struct kith_error;

/* Posts COUNT records in one request and prints a line for each, or what
 * partners would see with --dry-run. Returns the exit code. */
int posting_send(struct cli *cli, const struct command *command,
                 const struct kith_record *records, size_t count);

/* A command whose options are the record: builds and posts it. */
int posting_run(struct cli *cli, const struct command *command,
                const struct arguments *arguments);

/* Names PARTNER in RECORD as who has to be reached: the daemon refuses the post
 * with the reason when that partner may not see it. */
enum kith_status posting_reach(struct cli *cli, const char *partner,
                               struct kith_record *record,
                               struct kith_error *err) KITH_MUST_CHECK;

/* Finds the one record at PATH without reading it as a person does.
 * KITH_NOT_FOUND; what the daemon answers. */
enum kith_status posting_find(struct cli *cli, const char *path,
                              struct kith_record *ret_record,
                              struct kith_error *err) KITH_MUST_CHECK;

#endif
