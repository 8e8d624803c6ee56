/* cache - agreements, grants, persons and notice rules as the rules last read
 * them, so that a posted change does not read them all again.
 *
 * Filled from the store on first use in a transaction after cache_drop;
 * whoever changes one of them, or loses a transaction that did, drops it.
 * What it hands out lives until the next cache_drop.
 * Threads: loop thread only.
 */
#ifndef RULES_CACHE_H
#define RULES_CACHE_H

#include <stdbool.h>

#include "kith/record.h"

struct act;
struct company;

struct cached_agreement {
    uint64_t number; /* state number */
    uint32_t link;
    struct kith_hash digest;
    bool is_amendment;
    struct kith_hash amends;   /* digest of what it amends, if it does */
    struct kith_record record; /* KITH_KIND_AGREEMENT */
};

struct cached_grant {
    uint64_t number;  /* state number */
    uint64_t project; /* record number of our project */
    uint32_t link;
    uint64_t kinds;              /* bit k set: kind k is named, k < 64 */
    int32_t from_day, until_day; /* days since 1970; until inclusive */
    bool ended;
    struct kith_id item;
    struct kith_record record; /* KITH_KIND_GRANT_STATE */
};

struct cached_person {
    uint64_t number;           /* state number */
    struct kith_record record; /* KITH_KIND_PERSON_STATE */
};

struct cached_rule {
    uint64_t number;           /* state number */
    struct kith_record record; /* KITH_KIND_NOTICE_RULE, ended ones left out */
};

struct cached_openness {
    uint64_t number; /* state number */
    uint32_t link;
    uint64_t project;          /* record number of our project; 0: all others */
    struct kith_record record; /* KITH_KIND_OPENNESS */
};

/* A destruction that we asked for and that is not certified yet. */
struct cached_destruction {
    uint32_t link;
    int32_t until_day; /* days since 1970, inclusive */
};

struct rules_cache {
    struct kith_arena *arena;
    bool filled;
    struct cached_agreement *agreements; /* ascending by number */
    size_t n_agreements;
    struct cached_grant *grants; /* ascending by project, link, number */
    size_t n_grants;
    struct cached_person *persons; /* ascending by number */
    size_t n_persons;
    struct cached_rule *notice_rules; /* ascending by number */
    size_t n_notice_rules;
    struct cached_openness *openness; /* ascending by number */
    size_t n_openness;
    struct cached_destruction *destructions;
    size_t n_destructions;
    int32_t watched_day; /* on which watch_tell found nothing more to
                            tell; 0: not looked at yet */
};

/* The filled cache of act->company. */
enum kith_status cache_get(struct act *act,
                           const struct rules_cache **ret_cache)
    KITH_MUST_CHECK;
/* Forgets them all. */
void cache_drop(struct company *company);
/* Frees everything; for the end of a company's context. */
void cache_destroy(struct company *company);

/* The kinds that GRANT (a KITH_KIND_GRANT_STATE) names: bit k is kind k. */
uint64_t cache_kinds(const struct kith_record *grant);
/* Does it reach anybody? All whom it names may have left. */
bool cache_reaches(const struct kith_record *grant);
/* The row of LINK for PROJECT (0: all others) as it was set; NULL. */
const struct cached_openness *cache_openness(const struct rules_cache *cache,
                                             uint32_t link, uint64_t project);
/* The next project above *PROJECT (0: the first) of which LINK has or had a
 * grant. */
bool cache_next_project(const struct rules_cache *cache, uint32_t link,
                        uint64_t *project);
/* Grants of PROJECT: the first in *ret_grants, their number returned. */
size_t cache_project_grants(const struct rules_cache *cache, uint64_t project,
                            const struct cached_grant **ret_grants);

/* The agreement of state number NUMBER, NULL when there is none. */
const struct cached_agreement *cache_agreement(const struct rules_cache *cache,
                                               uint64_t number);

/* The person of state number NUMBER, NULL when there is none. */
const struct cached_person *cache_person(const struct rules_cache *cache,
                                         uint64_t number);

#endif
