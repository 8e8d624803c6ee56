/* call - rows and words of one answer.
 *
 * Not here: which handler answers (dispatch.c), reading and writing the socket
 * (control.c).
 */
#include "core/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kith/be.h"

const struct kith_record *call_argument(const struct call *call)
{
    return call->request->n_records == 0 ? NULL : &call->request->records[0];
}

const char *call_text(struct call *call, uint32_t number)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_bytes text = {NULL, 0};

    if (argument != NULL)
        text = kith_record_bytes(argument, number);
    if (text.len == 0)
        return "";
    return (const char *)kith_arena_copy(call->act.arena, text).data;
}

bool call_flag(const struct call *call, uint32_t number)
{
    const struct kith_record *argument = call_argument(call);

    return argument != NULL && kith_record_value(argument, number, 0) != 0;
}

/* Encodes the group as one answer behind its length. */
static enum kith_status encode_group(struct call *call, bool more)
{
    struct kith_control_answer answer;
    uint8_t head[4] = {0, 0, 0, 0};
    size_t start = call->answers.len;
    enum kith_status status = kith_buf_add(&call->answers, head, 4);

    memset(&answer, 0, sizeof(answer));
    answer.request_id = call->request->request_id;
    answer.more = more;
    answer.warnings = call->warnings;
    answer.records = call->rows;
    answer.n_records = call->n_rows;
    if (!more)
        answer.error = call->error;
    if (status == KITH_OK)
        status = kith_control_answer_encode(&answer, &call->answers);
    if (status == KITH_OK && call->answers.len > CALL_ANSWER_MAX)
        status = KITH_LIMIT;
    if (status != KITH_OK) {
        call->answers.len = start;
        return status;
    }
    kith_be_put32(call->answers.data + start,
                  (uint32_t)(call->answers.len - start - 4));
    call->n_rows = 0;
    kith_arena_reset(call->row_arena);
    return KITH_OK;
}

void call_row_start_kind(struct call *call, uint32_t kind)
{
    struct kith_record *row = &call->rows[call->n_rows];

    memset(row, 0, sizeof(*row));
    row->kind = kind;
    kith_build_start(&call->builder, call->row_arena);
}

void call_row_start(struct call *call)
{
    call_row_start_kind(call, call->info->row_kind);
}

static void count_row(struct call *call, enum kith_status status)
{
    if (status == KITH_OK)
        call->n_rows++;
    if (status == KITH_OK && call->n_rows == CALL_GROUP)
        status = encode_group(call, true);
    if (call->status == KITH_OK)
        call->status = status;
    /* never write behind the group */
    if (call->n_rows == CALL_GROUP)
        call->n_rows = 0;
}

void call_row_end(struct call *call)
{
    struct kith_record *row = &call->rows[call->n_rows];

    count_row(call, kith_build_finish(&call->builder, row));
}

void call_row_add(struct call *call, const struct kith_record *record)
{
    call->rows[call->n_rows] = *record;
    count_row(call, KITH_OK);
}

void call_put_text(struct call *call, uint32_t number, const char *text)
{
    if (text != NULL && text[0] != '\0')
        kith_build_text(&call->builder, number, kith_bytes_of(text));
}

enum kith_status call_fail(struct call *call, enum kith_status status,
                           const char *code, const char *next,
                           const char *format, ...)
{
    char what[KITH_ERROR_WHAT_MAX];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(what, sizeof(what), format, values);
    va_end(values);
    return kith_fail(&call->error, status, code, next, "%s", what);
}

/* Words for a failure that came without any. */
static const char *explain(enum kith_status status)
{
    switch (status) {
    case KITH_FULL:
        return "the store or the disk is full; nothing was changed";
    case KITH_NOMEM:
        return "the request needs more memory than one request may take";
    case KITH_DAMAGED:
        return "the store is damaged here";
    case KITH_LIMIT:
        return "the request or its answer is over a limit";
    case KITH_NOT_FOUND:
        return "there is no such thing";
    default:
        return "kithd could not do it";
    }
}

static const char *advise(enum kith_status status)
{
    switch (status) {
    case KITH_DAMAGED:
        return "kith check";
    case KITH_LIMIT:
        return "narrow it down, for instance with --limit";
    default:
        return "";
    }
}

enum kith_status call_finish(struct call *call, enum kith_status status)
{
    char code[KITH_ERROR_CODE_MAX];
    const char *name = NULL;

    if (status == KITH_OK)
        status = call->status;
    if (status != KITH_OK && call->error.status == KITH_OK) {
        name = kith_status_name(status);
        for (size_t i = 0; i < sizeof(code); i++) {
            char c = *name;

            code[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
            if (c != '\0')
                name++;
        }
        code[sizeof(code) - 1] = '\0';
        (void)kith_fail(&call->error, status, code, advise(status), "%s",
                        explain(status));
    }
    if (call->error.status != KITH_OK) {
        /* a failed request gives no rows of its own group */
        call->n_rows = 0;
    }
    return encode_group(call, false);
}
