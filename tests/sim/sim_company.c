/* sim_company - see the header.
 *
 * Not here: when a process lives and dies (sim_host, many_host).
 */
#include "sim/sim_company.h"

#include <stdio.h>
#include <string.h>

#include "kith/card.h"
#include "store/logs.h"

enum {
    CARD_YEARS_S = 4 * 365 * 86400
};

bool sim_company_card(struct sim_world *world, struct company *company,
                      const struct kith_keys *keys, const struct sim_root *root,
                      uint64_t revision)
{
    struct kith_card card;
    struct kith_card_root part = {.revision = revision,
                                  .valid_from_s = SIM_EPOCH_S - 86400,
                                  .valid_until_s = SIM_EPOCH_S + CARD_YEARS_S};
    struct kith_card_address address = {.revision = revision,
                                        .roles = root->roles};
    struct kith_card_signers signers = {.root = &root->key,
                                        .statement = &keys->statement};
    memcpy(part.company.b, root->key.pk.b, KITH_COMPANY_ID_LEN);
    kith_keys_publish(keys, &part);
    kith_card_next_root(&root->next, &part.next_root);
    snprintf(address.name, sizeof address.name, "%s", company->name);
    company->id = part.company;
    kith_buf_clear(&company->card);
    if (!sim_ok(world,
                kith_card_make(&part, &address, &signers, &company->card),
                "card made") ||
        !sim_ok(world, kith_card_read(kith_buf_bytes(&company->card), &card),
                "card read"))
        return false;
    company->log = keys->log;
    company->receipt = keys->receipt;
    company->statement = keys->statement;
    company->card_digest = card.digest;
    company->card_revision = address.revision;
    return true;
}

bool sim_company_make(struct sim_world *world, struct company *company,
                      struct kith_keys *keys, struct sim_new *made)
{
    struct store_options *options = &made->options;
    struct kith_sign_key next;
    kith_random(options->store_key, sizeof options->store_key);
    kith_random(options->master_key, sizeof options->master_key);
    kith_keys_new(keys);
    kith_sign_key_new(&made->root.key);
    kith_sign_key_new(&next);
    made->root.next = next.pk;
    company->transport_public = keys->transport.pk;
    company->sealing = keys->sealing;
    kith_random(company->recovery_key, sizeof company->recovery_key);
    kith_random(company->witness_salt, sizeof company->witness_salt);
    kith_random(company->view_key, sizeof company->view_key);
    return sim_company_card(world, company, keys, &made->root, SIM_EPOCH_S) &&
           (options->dir == NULL ||
            sim_ok(world, store_create(options, NULL), "store made")) &&
           sim_ok(world, store_open(options, &made->store, NULL),
                  "store opened");
}

enum kith_status sim_company_partner(struct act *act,
                                     const struct company *other,
                                     struct store_link *link)
{
    link->company = other->id;
    link->card_digest = other->card_digest;
    link->card_revision = other->card_revision;
    snprintf(link->alias, sizeof link->alias, "%s", other->name);
    enum kith_status status = store_card_put(act->txn, &other->card_digest,
                                             kith_buf_bytes(&other->card));
    return status == KITH_OK ? store_link_add(act->txn, link) : status;
}

enum kith_status sim_company_take(struct link_machine *machine, struct act *act,
                                  struct sim_net *net,
                                  const struct sim_event *event,
                                  const struct kith_key *transport)
{
    const struct sim_conn *conn = sim_net_conn(net, event->conn);
    const bool here = conn != NULL && conn->up[event->side];
    struct link_up up = {.session = event->conn,
                         .dialled_by_us = here && conn->dialler == event->side,
                         .partner_transport = *transport};
    switch (event->type) {
    case SIM_UP:
        return here ? link_connected(machine, act, &up) : KITH_OK;
    case SIM_FRAME:
        return here ? link_frame(machine, act, event->conn,
                                 kith_buf_bytes(&event->frame))
                    : KITH_OK;
    case SIM_DOWN:
        if (here)
            sim_net_close(net, event->side, event->conn);
        link_disconnected(machine, event->conn);
        return KITH_OK;
    default:
        return KITH_OK;
    }
}
