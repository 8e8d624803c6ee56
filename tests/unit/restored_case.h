/* restored_case - two companies whose stores go back in time or run twice, and
 * what must be true whatever happened.
 *
 * Threads: one.
 */
#ifndef TESTS_RESTORED_CASE_H
#define TESTS_RESTORED_CASE_H

#include "link_pair.h"

enum {
    /* Entries that one receiver has taken in, over all logs of a case. */
    CASE_ENTRIES_MAX = 4096
};

/* An entry that a receiver holds. */
struct case_entry {
    int from;
    uint32_t log_number;
    uint64_t index;
    struct kith_hash leaf;
};

struct restored_case {
    struct pair *pair;
    char folder[64];
    char dirs[3][160];          /* OEM, EMS, the OEM's copy */
    struct world_company clone; /* beside the OEM; store NULL: none */
    struct link_machine *clone_machine;
    uint64_t session; /* of the transport, never twice */
    int64_t now_s;    /* of all clocks */
    struct case_entry *entries;
    size_t n_entries;
    uint64_t random;
};

/* A world with an agreement, a project and a grant; *state as for cmocka. */
void case_up(struct restored_case *made, uint64_t seed);
void case_down(struct restored_case *made);

/* 0 .. BELOW - 1, of the seed. */
unsigned case_draw(struct restored_case *made, unsigned below);

/* Connects, delivers up to FRAMES frames, cuts. Fails the test when a receiver
 * takes in two entries of one place. */
void case_exchange(struct restored_case *made, size_t frames);

/* Keeps SIDE's store as it is now; brings it back later, frozen as kith restore
 * does or as bare files. */
void case_keep(struct restored_case *made, int side);
void case_bring_back(struct restored_case *made, int side, bool freeze);
/* SIDE's disk is lost: an empty store, other operational keys, the partner has
 * the new card. */
void case_lose(struct restored_case *made, int side);
/* A copy of the OEM's kept store runs beside it; SWAP lets the other one of the
 * two connect from now on. */
void case_clone(struct restored_case *made);
void case_swap(struct restored_case *made);

/* A person at SIDE resumes what is frozen. */
void case_resume(struct restored_case *made, int side);
/* Both resume and exchange until everything is receipted; fails when that does
 * not come about. */
void case_settle(struct restored_case *made);

#endif
