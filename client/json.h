/* json - records as JSON, from the tables of their kinds.
 *
 * Only additions within schema kith.v1: names come from the tables, absent
 * fields are left out, lists are always arrays, instants are RFC 3339 in UTC,
 * ids are UUIDs, digests and company ids lower-case hex.
 * Threads: one.
 */
#ifndef CLIENT_JSON_H
#define CLIENT_JSON_H

#include <jansson.h>

struct cli;
struct kith_record;

/* A new reference. Records of business, relation and duty kinds also have
 * their head: id, revision, kind, label, inactive, changed_at, owner. */
json_t *json_record(const struct kith_record *record);

/* Prints {"schema","kind","at","data","warnings"}. */
void json_print(const struct cli *cli, const char *kind, json_t *take_data);

#endif
