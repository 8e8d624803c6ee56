/* nouns - the rows of the command table, one array per file.
 *
 * Each array ends with a row whose noun is NULL.
 * Threads: constant data.
 */
#ifndef CLIENT_NOUNS_H
#define CLIENT_NOUNS_H

struct command;

extern const struct command commands_setup[];
extern const struct command commands_identity[];
extern const struct command commands_partner[];
extern const struct command commands_person[];
extern const struct command commands_nda[];
extern const struct command commands_disclose[];
extern const struct command commands_project[];
extern const struct command commands_grant[];
extern const struct command commands_openness[];
extern const struct command commands_roadmap[];
extern const struct command commands_post[];
extern const struct command commands_inbox[];
extern const struct command commands_sync[];
extern const struct command commands_notify[];
extern const struct command commands_data[];
extern const struct command commands_clock[];
extern const struct command commands_audit[];
extern const struct command commands_proof[];
extern const struct command commands_export[];
extern const struct command commands_destroy[];
extern const struct command commands_help[];

#endif
