/* wire_values - builds messages from the values in tests/vectors/wire.json. */
#ifndef KITH_TESTS_WIRE_VALUES_H
#define KITH_TESTS_WIRE_VALUES_H

#include <jansson.h>
#include <stdbool.h>

#include "kith/bytes.h"

/* Appends what libkith makes of VALUE, a message of TYPE ("record", "push"
 * ...). Fails the test when it refuses; false: there is no such type. */
bool wire_encode(struct kith_arena *arena, const char *type,
                 const json_t *value, struct kith_buf *buf);

#endif
