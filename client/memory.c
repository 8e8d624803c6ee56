/* memory - allocation for a program that runs for milliseconds.
 *
 * Responsible for: one place where the client gives up when memory ends.
 * Not here: what is kept; decoded answers (connection.c).
 */
#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CEILING = 512 * 1024 * 1024
};

void memory_exhausted(void)
{
    fputs("kith: out of memory\n", stderr);
    exit(1);
}

struct kith_arena *memory_new(void)
{
    struct kith_arena *arena = NULL;

    if (kith_arena_new(CEILING, &arena) != KITH_OK)
        memory_exhausted();
    return arena;
}

void *memory_take(struct kith_arena *arena, size_t len)
{
    void *data = kith_arena_alloc(arena, len == 0 ? 1 : len);

    if (data == NULL)
        memory_exhausted();
    return data;
}

char *memory_text(struct kith_arena *arena, struct kith_bytes bytes)
{
    char *text = memory_take(arena, bytes.len + 1);

    if (bytes.len > 0)
        memcpy(text, bytes.data, bytes.len);
    return text;
}

char *memory_copy(struct kith_arena *arena, const char *text)
{
    return memory_text(arena, kith_bytes_of(text));
}

char *memory_format(struct kith_arena *arena, const char *format, ...)
{
    struct kith_buf buf = {0};
    va_list arguments;
    char *text = NULL;
    int len = 0;

    va_start(arguments, format);
    len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (len < 0 || kith_buf_reserve(&buf, (size_t)len + 1) != KITH_OK)
        memory_exhausted();
    va_start(arguments, format);
    vsnprintf((char *)buf.data, (size_t)len + 1, format, arguments);
    va_end(arguments);
    buf.len = (size_t)len;
    text = memory_text(arena, kith_buf_bytes(&buf));
    kith_buf_clear(&buf);
    return text;
}

void buffer_add(struct kith_buf *buf, const void *data, size_t len)
{
    if (kith_buf_add(buf, data, len) != KITH_OK)
        memory_exhausted();
}

void buffer_text(struct kith_buf *buf, const char *text)
{
    buffer_add(buf, text, strlen(text));
}

void buffer_format(struct kith_buf *buf, const char *format, ...)
{
    va_list arguments;
    int len = 0;

    va_start(arguments, format);
    len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (len < 0 || kith_buf_reserve(buf, (size_t)len + 1) != KITH_OK)
        memory_exhausted();
    va_start(arguments, format);
    vsnprintf((char *)buf->data + buf->len, (size_t)len + 1, format, arguments);
    va_end(arguments);
    buf->len += (size_t)len;
}

const char *buffer_string(struct kith_buf *buf)
{
    if (kith_buf_reserve(buf, 1) != KITH_OK)
        memory_exhausted();
    buf->data[buf->len] = '\0';
    return (const char *)buf->data;
}
