/* sim_net - the network between two companies: connections, and events in the
 * order of virtual time.
 *
 * Within one connection frames arrive in order, as over TCP; a hostile network
 * may drop, double or swap them besides. A connection may be cut for both
 * ends, for one first, or fall silent without a sign (half-open).
 * Threads: one.
 */
#ifndef SIM_NET_H
#define SIM_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/bytes.h"

enum {
    SIM_CONNS_MAX = 16
};

enum sim_event_type {
    SIM_UP,    /* a connection stands at this end */
    SIM_FRAME, /* a frame arrived */
    SIM_DOWN,  /* this end sees that the connection is gone */
    SIM_DIAL,  /* this side may dial */
    SIM_WAKE,  /* this side wanted to be called by now */
    SIM_START, /* this side's process starts again */
    SIM_ACT    /* something happens: see sim_ops */
};

struct sim_event {
    int64_t at_ms;
    uint64_t sequence; /* order of events at one time */
    enum sim_event_type type;
    int side;              /* 0 or 1 */
    uint64_t conn;         /* UP, FRAME, DOWN */
    struct kith_buf frame; /* FRAME; owned */
};

/* What may go wrong, in permille of frames or dials. */
struct sim_faults {
    unsigned drop, twice, swap; /* frames, by a hostile network */
    unsigned cut, silence;      /* at a frame: the connection */
    int64_t delay_ms;           /* longest way of a frame */
};

struct sim_conn {
    uint64_t id;        /* 0: free; also the handle at both ends */
    int dialler;        /* side */
    bool up[2];         /* end is open */
    bool silent;        /* frames vanish, nobody is told */
    int64_t last_ms[2]; /* newest arrival at each end */
};

struct sim_net {
    int64_t now_ms;
    struct sim_event *events; /* heap */
    size_t n_events, cap_events;
    uint64_t next_sequence, next_conn;
    struct sim_conn conns[SIM_CONNS_MAX];
    struct sim_faults faults;
    int64_t parted_until_ms; /* frames vanish, nobody can dial */
};

void sim_net_clear(struct sim_net *net);
/* Adds an event; FRAME is copied (NULL: none). */
void sim_net_add(struct sim_net *net, const struct sim_event *event,
                 const struct kith_bytes *frame);
/* Takes the earliest event that is not after UNTIL_MS; its frame is the
 * caller's. False: there is none. Moves now_ms. */
bool sim_net_take(struct sim_net *net, int64_t until_ms,
                  struct sim_event *ret_event);
/* Puts back an event that was taken, to come at AT_MS. */
void sim_net_postpone(struct sim_net *net, struct sim_event *take_event,
                      int64_t at_ms);
/* The earliest event, NULL when there is none. */
const struct sim_event *sim_net_peek(const struct sim_net *net);

/* SIDE dials: both ends come up after a while. False: no place. */
bool sim_net_dial(struct sim_net *net, int side);
struct sim_conn *sim_net_conn(struct sim_net *net, uint64_t id);
/* Does SIDE hold a connection that DIALLER dialled? */
bool sim_net_holds(const struct sim_net *net, int side, int dialler);
/* FRAME from SIDE on its way; says in words what the network did to it. */
const char *sim_net_send(struct sim_net *net, int side, uint64_t conn,
                         struct kith_bytes frame);
/* SIDE closes its end; the other sees it after what is on its way. */
void sim_net_close(struct sim_net *net, int side, uint64_t conn);
/* SIDE's process is gone: all its ends close; TOLD: the others see it. */
void sim_net_lose(struct sim_net *net, int side, bool told);
/* A connection breaks in the middle; QUIETLY: nobody is told. */
void sim_net_cut(struct sim_net *net, struct sim_conn *conn, bool quietly);

#endif
