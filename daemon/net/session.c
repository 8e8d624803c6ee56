/* session - the authenticated connections that are up, and what waits for
 * them.
 *
 * Not here: sending (traffic.c), the end of a connection (connection.c).
 */
#include "net/session.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

enum kith_status session_add(struct sessions *sessions,
                             const struct session *template,
                             struct session **ret_session)
{
    struct session *session = malloc(sizeof(*session));

    if (session == NULL)
        return KITH_NOMEM;
    *session = *template;
    session->id = ++sessions->last_id;
    session->waiting = NULL;
    session->waiting_len = 0;
    session->told_full = false;
    HASH_ADD(by_id, sessions->by_id, id, sizeof(session->id), session);
    if (session->route_len > 0)
        HASH_ADD_KEYPTR(by_route, sessions->by_route, session->route,
                        session->route_len, session);
    *ret_session = session;
    return KITH_OK;
}

void session_remove(struct sessions *sessions, struct session **session)
{
    while ((*session)->waiting != NULL)
        session_pop(sessions, *session);
    HASH_DELETE(by_id, sessions->by_id, *session);
    if ((*session)->route_len > 0)
        HASH_DELETE(by_route, sessions->by_route, *session);
    free(*session);
    *session = NULL;
}

struct session *session_find(const struct sessions *sessions, uint64_t id)
{
    struct session *session = NULL;

    HASH_FIND(by_id, sessions->by_id, &id, sizeof(id), session);
    return session;
}

struct session *session_by_route(const struct sessions *sessions,
                                 const void *route, size_t route_len)
{
    struct session *session = NULL;

    HASH_FIND(by_route, sessions->by_route, route, route_len, session);
    return session;
}

struct session *session_next(const struct sessions *sessions,
                             const struct session *session)
{
    return session == NULL ? sessions->by_id : session->by_id.next;
}

size_t session_count(const struct sessions *sessions, uint32_t partner,
                     struct session **ret_oldest)
{
    struct session *session = NULL;
    size_t count = 0;

    *ret_oldest = NULL;
    while ((session = session_next(sessions, session)) != NULL) {
        if (session->partner != partner)
            continue;
        if (count == 0)
            *ret_oldest = session;
        count++;
    }
    return count;
}

enum kith_status session_push(struct sessions *sessions,
                              struct session *session, struct kith_bytes frame)
{
    struct session_frame *waiting = NULL;

    if (frame.len > sessions->queue_max - session->waiting_len)
        return KITH_LIMIT;
    waiting = malloc(sizeof(*waiting) + frame.len);
    if (waiting == NULL)
        return KITH_NOMEM;
    waiting->len = frame.len;
    if (frame.len > 0)
        memcpy(waiting->data, frame.data, frame.len);
    if (session->waiting == NULL)
        sessions->n_waiting++;
    DL_APPEND(session->waiting, waiting);
    session->waiting_len += frame.len;
    return KITH_OK;
}

void session_pop(struct sessions *sessions, struct session *session)
{
    struct session_frame *oldest = session->waiting;

    DL_DELETE(session->waiting, oldest);
    session->waiting_len -= oldest->len;
    if (session->waiting == NULL)
        sessions->n_waiting--;
    free(oldest);
}
