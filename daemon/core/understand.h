/* understand - what the version before did not understand of partners' entries
 * is looked at again, once, by the first start of one that knows more.
 *
 * Threads: main thread only, before the loop runs.
 */
#ifndef CORE_UNDERSTAND_H
#define CORE_UNDERSTAND_H

struct daemon;

/* Does it when this version knows other kinds or fields than the last start
 * did. The log names each partner of whom something is understood now. What
 * fails is logged and tried again at the next start. */
void understand_again(struct daemon *daemon);

#endif
