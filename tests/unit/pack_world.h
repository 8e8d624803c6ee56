/* pack_world - two companies, their logs, and evidence packs about them, made
 * with libkith alone: good ones, and ones whose maker lies. */
#ifndef TESTS_PACK_WORLD_H
#define TESTS_PACK_WORLD_H

#include "vectors.h"

#include "company.h"
#include "kith/body.h"
#include "kith/evidence.h"
#include "kith/fields.h"
#include "kith/pack.h"

enum {
    PACK_WORLD_ENTRIES = 8,
    PACK_WORLD_START_S = 20000 * 24 * 60 * 60 /* the agreement's first second */
};

/* One log: [0] of the maker, [1] of the partner. */
struct pack_log {
    uint32_t number;
    struct kith_origin origin;
    struct kith_tree tree;
    struct kith_hash leaves[PACK_WORLD_ENTRIES];
    struct kith_evidence_entry entries[PACK_WORLD_ENTRIES];
    uint8_t headers[PACK_WORLD_ENTRIES][KITH_ENTRY_HEADER_LEN];
    struct kith_buf sealed[PACK_WORLD_ENTRIES];
    size_t count;
};

struct pack_world {
    struct company companies[2];
    struct pack_log logs[2];
    struct kith_arena *arena;
    struct kith_buf former[2]; /* card before a change of keys; empty: none */
    struct kith_hash terms_digest;
    struct kith_bytes terms;
    struct kith_pack pack; /* under way */
    struct kith_buf file;
};

void pack_world_start(struct pack_world *world);
void pack_world_clear(struct pack_world *world);

/* WHO's log is its log NUMBER; before anything is told in it. */
void pack_world_number(struct pack_world *world, size_t who, uint32_t number);
/* Tells BODY in the log of company WHO, which has seen SEEN entries of the
 * other's; at TIME. Returns its index. */
size_t pack_world_tell(struct pack_world *world, size_t who,
                       const struct kith_body *body, uint64_t seen,
                       uint64_t time_s);
/* The proposal of the maker, the signature and the end of WHO. */
size_t pack_world_propose(struct pack_world *world);
/* An amendment of the maker: signatures, ends and records are under its terms
 * from here on. */
size_t pack_world_amend(struct pack_world *world, uint64_t seen);
size_t pack_world_sign(struct pack_world *world, uint64_t seen);
size_t pack_world_end(struct pack_world *world, size_t who, uint64_t seen);
/* A project record of WHO under the agreement. */
size_t pack_world_project(struct pack_world *world, size_t who, uint64_t seen,
                          uint64_t time_s);

/* WHO draws a new statement key; its former card stays in packs. Returns the
 * former key. */
struct kith_sign_key pack_world_renew(struct pack_world *world, size_t who);
/* A key that its owner says was compromised behind size TO. */
struct pack_notice {
    enum kith_key_notice_use use;
    const struct kith_key *lost;
    uint64_t to;
    uint32_t log_number; /* of the other's log; 0: not said */
    const struct kith_sign_key *signer;
};
size_t pack_world_give_up(struct pack_world *world, size_t who,
                          const struct pack_notice *notice);

/* Head and cards. */
void pack_world_begin(struct pack_world *world);
void pack_world_part(struct pack_world *world, enum kith_evidence_part type,
                     struct kith_bytes content);
/* Checkpoint by WHO over its whole log, receipt by the other, or both. */
void pack_world_checkpoint(struct pack_world *world, size_t who);
void pack_world_receipt(struct pack_world *world, size_t who);
void pack_world_notes(struct pack_world *world, size_t who);
/* The checkpoint as one that contradicts the log; OTHER: it does, its root is
 * another. */
void pack_world_second(struct pack_world *world, size_t who, bool other);
/* Entry INDEX of WHO's log with its proof in the whole tree, into *ENTRY. */
void pack_world_entry(struct pack_world *world, size_t who, size_t index,
                      struct kith_evidence_entry *ret_entry);
void pack_world_add(struct pack_world *world,
                    const struct kith_evidence_entry *entry);
/* The maker's signature and the end. */
void pack_world_finish(struct pack_world *world);
/* All of it: notes and entries of both logs. */
void pack_world_make(struct pack_world *world);

#endif
