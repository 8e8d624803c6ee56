/* request - the four steps before a handler runs, and the memory of results.
 *
 * A write whose request id is known gets its first answer again; the result is
 * stored in the transaction of the write itself, so there is no moment at
 * which only one of them stands (inv. 4, 5).
 */
#include "core/request.h"

#include <string.h>

#include "core/control.h"
#include "core/daemon.h"
#include "core/dispatch.h"
#include "core/refusals.h"
#include "kith/be.h"
#include "kith/limits.h"
#include "rules/person.h"
#include "store/state.h"
#include "store/store.h"

/* Before the stored answer: who asked, and which verb. */
enum {
    MEMORY_HEAD = 8 + 4
};

/* Step 1. The length was bounded when the frame was cut; this is the last
 * place where a wrong one could still be seen. */
static enum kith_status bound_request(struct call *call,
                                      struct kith_bytes frame)
{
    if (frame.len == 0 || frame.len > KITH_CONTROL_MAX)
        return call_fail(call, KITH_LIMIT, "too_long", "",
                         "a request has 1 to %d bytes", KITH_CONTROL_MAX);
    return KITH_OK;
}

/* Step 2. The uid must belong to a person of ours, whatever is asked. */
static enum kith_status authenticate_caller(struct call *call)
{
    struct kith_bytes first = {NULL, 0};

    return person_of_uid(&call->act, (int64_t)call->uid, first,
                         &call->person.number, &call->person.role);
}

/* Step 3. Strict; the arguments are held against their kind's table. */
static enum kith_status decode_request(struct daemon *daemon, struct call *call,
                                       struct kith_bytes frame,
                                       struct kith_control_request *request)
{
    enum kith_status status =
        kith_control_request_decode(daemon->request_arena, frame, request);

    if (status != KITH_OK)
        return call_fail(call, status, "bad_request",
                         "install kith and kithd of the same version",
                         "kithd does not understand this request");
    call->info = kith_verb_info(request->verb);
    if (call->info == NULL)
        return call_fail(call, KITH_NOT_UNDERSTOOD, "no_verb",
                         "install kith and kithd of the same version",
                         "kithd does not know verb %u", request->verb);
    if (call->info->argument_kind == 0)
        return KITH_OK;
    if (request->n_records > 1)
        return call_fail(call, KITH_INVALID, "arguments", "",
                         "%s takes one argument record", call->info->name);
    if (request->n_records == 0)
        return KITH_OK;
    if (request->records[0].kind != call->info->argument_kind)
        return call_fail(call, KITH_INVALID, "arguments", "",
                         "%s takes other arguments", call->info->name);
    return kith_record_check(&request->records[0], false, &call->error);
}

/* Step 4. Which person of that uid speaks, and whether his role suffices. */
static enum kith_status authorize_call(struct call *call)
{
    enum kith_status status = KITH_OK;

    if (call->request->as_person.len > 0)
        status = person_of_uid(&call->act, (int64_t)call->uid,
                               call->request->as_person, &call->person.number,
                               &call->person.role);
    if (status != KITH_OK)
        return status;
    call->act.person = call->person.number;
    if (call->person.role < call->info->role)
        return call_fail(call, KITH_DENIED, "role", "kith person list",
                         "%s needs a higher role than yours", call->info->name);
    return KITH_OK;
}

/* The first answer to a repeated write. KITH_NOT_FOUND: it is new. */
static enum kith_status recall(struct call *call)
{
    struct kith_bytes memory = {NULL, 0};
    enum kith_status status = store_request_get(
        call->act.txn, &call->request->request_id, call->act.arena, &memory);

    if (status != KITH_OK)
        return status;
    if (memory.len < MEMORY_HEAD ||
        kith_be_get64(memory.data) != call->person.number ||
        kith_be_get32(memory.data + 8) != call->request->verb)
        return call_fail(call, KITH_CONFLICT, "request_id", "try again",
                         "another request had this request id");
    return kith_buf_add(&call->answers, memory.data + MEMORY_HEAD,
                        memory.len - MEMORY_HEAD);
}

/* Noting a read twice is the same as once, and what it answers is text of an
 * item: kept here, it would outlive the item's slot (STORE.md, slots). */
static bool is_repeatable(const struct call *call)
{
    return call->info->verb == KITH_VERB_SHOW ||
           call->info->verb == KITH_VERB_ACK ||
           call->info->verb == KITH_VERB_EVIDENCE_EXPORT;
}

static enum kith_status remember(struct call *call)
{
    struct kith_buf memory = {0};
    uint8_t head[MEMORY_HEAD];
    enum kith_status status;

    kith_be_put64(head, call->person.number);
    kith_be_put32(head + 8, call->request->verb);
    status = kith_buf_add(&memory, head, sizeof(head));
    if (status == KITH_OK)
        status = kith_buf_add(&memory, call->answers.data, call->answers.len);
    if (status == KITH_OK)
        status = store_request_put(call->act.txn, &call->request->request_id,
                                   kith_buf_bytes(&memory));
    kith_buf_clear(&memory);
    return status;
}

static void start_call(struct daemon *daemon, struct store_txn *txn,
                       uint32_t uid, struct call *ret_call)
{
    memset(ret_call, 0, sizeof(*ret_call));
    kith_arena_reset(daemon->arena);
    kith_arena_reset(daemon->request_arena);
    kith_arena_reset(daemon->row_arena);
    ret_call->uid = uid;
    ret_call->row_arena = daemon->row_arena;
    daemon_act(daemon, txn, &ret_call->act);
    ret_call->act.err = &ret_call->error;
}

/* Steps, then the handler. True in *ret_recalled: the answer is an old one. */
static enum kith_status carry_out(struct daemon *daemon, struct call *call,
                                  const struct control_waiting *waiting,
                                  struct kith_control_request *request,
                                  bool *ret_recalled)
{
    enum kith_status status = bound_request(call, waiting->frame);

    if (status == KITH_OK)
        status = authenticate_caller(call);
    if (status == KITH_OK)
        status = decode_request(daemon, call, waiting->frame, request);
    if (status == KITH_OK)
        status = authorize_call(call);
    if (status != KITH_OK)
        return status;
    call->act.dry_run = request->dry_run;
    if (call->info->writes && !request->dry_run) {
        status = recall(call);
        *ret_recalled = status == KITH_OK;
        if (status != KITH_NOT_FOUND)
            return status;
    }
    status = dispatch_handler(call->info->verb)(daemon, call);
    return status == KITH_OK ? call->status : status;
}

enum request_way request_look(struct daemon *daemon,
                              const struct control_waiting *waiting)
{
    struct kith_control_request request;
    const struct kith_verb_info *info = NULL;
    enum request_way way = REQUEST_READ;

    kith_arena_reset(daemon->request_arena);
    if (kith_control_request_look(daemon->request_arena, waiting->frame,
                                  &request) == KITH_OK)
        info = kith_verb_info(request.verb);
    if (info != NULL && info->writes)
        way = request.dry_run ? REQUEST_TRY : REQUEST_WRITE;
    return way;
}

enum kith_status request_run(struct daemon *daemon, struct store_txn *txn,
                             const struct control_waiting *waiting,
                             struct kith_buf *answers,
                             enum kith_status *ret_failed)
{
    struct kith_control_request request;
    struct call call;
    bool recalled = false;
    enum kith_status failed;
    enum kith_status status = KITH_OK;

    memset(&request, 0, sizeof(request));
    start_call(daemon, txn, waiting->uid, &call);
    call.request = &request;
    failed = carry_out(daemon, &call, waiting, &request, &recalled);
    if (failed == KITH_OK && !recalled) {
        status = call_finish(&call, KITH_OK);
        if (status == KITH_OK && call.info->writes && !request.dry_run &&
            !is_repeatable(&call))
            failed = remember(&call);
    }
    if (failed != KITH_OK) {
        refusals_note(daemon, &call, failed);
        call.answers.len = 0;
        status = call_finish(&call, failed);
    }
    if (status == KITH_OK)
        status = kith_buf_add(answers, call.answers.data, call.answers.len);
    kith_buf_clear(&call.answers);
    *ret_failed = failed;
    return status;
}

enum kith_status request_refuse(struct daemon *daemon,
                                const struct control_waiting *waiting,
                                enum kith_status failure,
                                struct kith_buf *answers)
{
    struct kith_control_request request;
    struct call call;
    enum kith_status status;

    memset(&request, 0, sizeof(request));
    start_call(daemon, NULL, waiting->uid, &call);
    call.request = &request;
    status = decode_request(daemon, &call, waiting->frame, &request);
    if (status == KITH_OK)
        status = failure;
    status = call_finish(&call, status);
    if (status == KITH_OK)
        status = kith_buf_add(answers, call.answers.data, call.answers.len);
    kith_buf_clear(&call.answers);
    return status;
}
