/* source - a descriptor that the loop waits for.
 *
 * Threads: loop thread only.
 */
#ifndef NET_SOURCE_H
#define NET_SOURCE_H

struct net;

struct source {
    void (*ready)(struct net *net, void *owner);
    void *owner; /* borrowed, handed to ready */
    int fd;      /* -1: not waited for */
};

#endif
