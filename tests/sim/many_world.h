/* many_world - two to fifty companies, each with several partners.
 *
 * One world per schedule. Every company is what kithd would be: one store, one
 * link machine for each partner. Every pair has a network of its own.
 * Threads: one.
 */
#ifndef MANY_WORLD_H
#define MANY_WORLD_H

#include "kith/keys.h"
#include "rules/act.h"
#include "rules/link.h"
#include "sim/sim_company.h"
#include "sim/sim_host.h"
#include "sim/sim_net.h"
#include "sim/sim_world.h"
#include "store/store.h"

enum {
    MANY_COMPANIES_MAX = 50,
    MANY_LINKS_MAX = 60,
    MANY_PROJECTS_MAX = 2,
    MANY_MESSAGES_PROJECT = 4, /* added to a project's number in the marks of
                                  its messages */
    MANY_ANSWERS_MAX = 16,
    MANY_ANSWERS_PROJECT = 9 /* stands for one in the marks of answers */
};

/* What a company that lies does to pushes and receipts of its own, or tells. */
enum many_lie {
    MANY_HONEST = 0,
    MANY_FORGES,  /* flips a bit of what it sends */
    MANY_FORKS,   /* signs a second history of what it sent */
    MANY_REPLAYS, /* sends an older frame in place of the newest */
    MANY_COSIGNS, /* signs a receipt for what its partner never sent */
    MANY_JUDGES,  /* says that it rejects what it processed */
    MANY_LIES
};

/* A record that a company has posted: its text is a mark. */
struct many_record {
    struct kith_id id;
    struct store_ref ref;
    uint64_t serial; /* newest; 0: there is none */
    bool comes_back; /* told before its owner's store went back */
};

struct many_project {
    struct many_record record, message;
    uint64_t grant[MANY_COMPANIES_MAX]; /* live one's state number, 0 none */
    bool bare[MANY_COMPANIES_MAX];      /* that grant names no messages */
    bool shut[MANY_COMPANIES_MAX];      /* closed to that partner for good */
    bool ever[MANY_COMPANIES_MAX];      /* was granted at some time */
};

/* One end of a link. */
struct many_end {
    int company;
    uint32_t number;              /* of the link in its store */
    struct link_machine *machine; /* NULL while dead */
    int64_t redial_ms, wake_ms;
    uint64_t made, taken; /* entries of both logs that were looked at */
    bool frozen;          /* the partner's log, or our own */
    uint32_t made_number, taken_number; /* of the logs that these count */
    bool paused;
    int64_t minute;   /* of the wall clock, that counted is of */
    uint64_t counted; /* entries that its company took in since */
    uint64_t log_from, receipt_from; /* notes above these sizes are under the
                                        keys of now */
};

struct many_link {
    struct sim_net net;
    struct many_end ends[2];
    uint64_t document; /* number of the newest agreement's text */
    bool proposed, agreed, ended[2];
    bool amending; /* the newest text is an amendment that side 1 has not
                      signed yet */
    struct kith_buf kept[2]; /* the newest push and receipt of a liar */
    bool lied;               /* a lie was told on it */
};

struct many_company {
    int number;
    bool alive;
    struct company company;
    struct kith_keys keys;
    struct store *store;
    int64_t start_ms, full_until_ms, asleep_until_ms;
    int64_t clock_s; /* how far its wall clock is off */
    struct many_project projects[MANY_PROJECTS_MAX];
    size_t n_projects;
    struct many_record answers[MANY_ANSWERS_MAX];
    int asker[MANY_ANSWERS_MAX]; /* company that an answer is for */
    size_t n_answers;
    struct sim_root root;
    struct store_options options;
    bool in_doubt; /* its store went back: which grants live there is not
                      known until people have given them anew */
};

/* What becomes of a company's store. */
enum many_fate {
    MANY_STAYS = 0,
    MANY_GOES_BACK,  /* an older copy takes its place, by files or a restore */
    MANY_RUNS_TWICE, /* the copy goes on too, beside it, in turns */
    MANY_FATES
};

enum {
    MANY_FOLDER_MAX = 64,
    MANY_SHOWN_MAX = 8192
};

/* An entry that was shown: no other may ever stand at its place (inv. 8). */
struct many_shown {
    const struct many_link *link;
    int side; /* whose log */
    uint32_t log_number;
    uint64_t index;
    struct kith_hash leaf;
};

struct many_back {
    enum many_fate fate;
    int company; /* whose store; -1: of none */
    /* its data folder, and that of the copy */
    char folder[MANY_FOLDER_MAX], now[MANY_FOLDER_MAX], kept[MANY_FOLDER_MAX];
    bool has_copy, went_back, forked;
    bool settled; /* healed: nothing is frozen any more */
    uint64_t n_back, n_swaps, n_resumed, n_forks; /* figures */
    struct many_shown *shown;                     /* owned */
    size_t n_shown;
};

struct many_world {
    struct sim_world base; /* seed, history, faults, figures */
    struct kith_arena *arena;
    struct kith_arena *reading; /* of the checks */
    struct many_company companies[MANY_COMPANIES_MAX];
    int n_companies;
    struct many_link links[MANY_LINKS_MAX];
    int n_links;
    uint64_t serial; /* newest drawn */
    int liar;        /* its number, -1 none */
    enum many_lie lie;
    uint64_t n_lies;
    bool keys_turn;    /* in this schedule */
    uint64_t n_turned; /* keys replaced */
    struct many_back back;
};

/* SIDE's end of LINK and its company. */
struct many_place {
    struct many_world *world;
    struct many_link *link;
    int side;
};
struct many_end *many_end(const struct many_place *place);
struct many_company *many_company(const struct many_place *place);
struct many_company *many_partner(const struct many_place *place);

/* many_host: processes. */
bool many_host_create(struct many_world *world, struct many_company *company);
void many_host_destroy(struct many_world *world, struct many_company *company);
/* Both become partners, verified. */
bool many_host_pair(struct many_world *world, struct many_link *link);
/* Its process dies, and starts again at a time drawn. */
void many_host_kill(struct many_world *world, struct many_company *company);
/* Starts what is due again. */
void many_host_start(struct many_world *world, struct many_company *company);
/* Handles EVENT at its end in one transaction, or dies at it. */
void many_host_event(const struct many_place *place,
                     const struct sim_event *event);
/* What people do, in one transaction; true when it is durable. */
bool many_host_work(struct many_world *world, struct many_company *company,
                    const struct sim_work *work);

/* The same while no process of it need run, and without a chance of dying. */
void many_host_settle(struct many_world *world, struct many_company *company,
                      const struct sim_work *work);

/* many_ops: acts of people. */
void many_ops_any(struct many_world *world);
/* Whatever was agreed on LINK may be lost: people begin anew. */
void many_ops_agree_anew(struct many_link *link);
/* Gives PLACE's partner the grants on its projects that the model says it has,
 * in place of any that the store may know. */
void many_ops_grant_anew(const struct many_place *place);
/* Agreements wherever there is none; returns true when all are in force. */
bool many_ops_agree(struct many_world *world);

/* many_check: what must hold. */
/* The mark of a text: whose, of which project, which number. */
enum {
    MANY_MARK_MAX = 32
};
struct many_mark {
    int company, project;
    uint64_t serial;
};
void many_mark_write(char text[MANY_MARK_MAX], const struct many_mark *mark);
/* The next one in TEXT from *AT on. */
bool many_mark_next(struct kith_bytes text, size_t *at,
                    struct many_mark *ret_mark);
void many_check_committed(const struct many_place *place);
void many_check_sent(const struct many_place *place, struct kith_bytes frame);

/* many_terms: what is agreed and granted changes while it is used. */
/* One act at PLACE, drawn by chance. */
void many_terms_any(const struct many_place *place);
/* Does PROJECT, or its message, go to PARTNER now? */
bool many_terms_show(const struct many_project *project, int partner,
                     bool message);
/* What all agreements of LINK's text number are over. */
void many_terms_document(const struct many_place *place,
                         struct kith_hash *ret_digest);

/* many_bounds: quotas, slow links, partners that are paused. */
/* One such trouble at PLACE, drawn by chance. */
void many_bounds_any(const struct many_place *place);
/* All of it ends. */
void many_bounds_end(struct many_world *world);
/* Counts an entry that PLACE took in. */
void many_bounds_taken(const struct many_place *place, int64_t now,
                       uint8_t entry_class);
/* What PLACE sends while its link is paused. */
void many_bounds_sent(const struct many_place *place, struct kith_bytes frame);

/* many_keys: signing keys that are replaced, now and then. */
void many_keys_act(struct many_world *world);
/* The newest notes of PLACE's own log are under the keys that count. */
void many_keys_check(const struct many_place *place, struct act *act,
                     const struct store_link *link);

/* many_healed: after healing. */
void many_check_healed(struct many_world *world);
/* The serial number that the other end of OWN sees of a record told from
 * there; 0: nothing. */
uint64_t many_check_seen(const struct many_place *own,
                         const struct many_record *record);

/* many_back: stores that go back or run twice. */
void many_back_remove(struct many_world *world);
/* Draws whose, before the companies are made. */
void many_back_draw(struct many_world *world);
/* Now and then: copies, goes back, takes turns, resumes. */
void many_back_acts(struct many_world *world);
/* People of both companies resume what is frozen; true when nothing is. */
bool many_back_heal(struct many_world *world);
/* What came back is in the model again, and grants are given anew. */
void many_back_renew(struct many_world *world);
/* Does the link touch the company whose store went back? */
bool many_back_touches(const struct many_world *world,
                       const struct many_link *link);

/* many_shown: no company contradicts itself. */
/* The entries of FRAME, when it is a push from PLACE; entry INDEX of the
 * partner's log as PLACE holds it. */
void many_back_sent(const struct many_place *place, struct kith_bytes frame);
void many_back_held(const struct many_place *place, struct act *act,
                    const struct store_link *link, uint64_t index);
/* The logs of LINK, as PLACE holds them, when they are frozen. */
void many_back_frozen(const struct many_place *place, struct act *act,
                      const struct store_link *link);

/* many_liar: may change FRAME, which END of a liar sends; true when it did and
 * RET_FRAME is to go in its place (or behind it, when *RET_BEHIND). */
bool many_liar_sends(const struct many_place *place, struct kith_bytes frame,
                     struct kith_buf *ret_frame, bool *ret_behind);
/* Tells false verdicts, now and then. */
void many_liar_acts(struct many_world *world);

/* many_run: plays the schedule of world->base.seed with COMPANIES of them, 0:
 * as many as the seed says. */
void many_run(struct many_world *world, int companies);
void many_destroy(struct many_world *world);

#endif
