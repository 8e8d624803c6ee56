/* check_pages - walks every page of LMDB's file without LMDB.
 *
 * LMDB would follow a wrong page number into a crash, and answer «not found»
 * below a wrong branch key. Here each page is bounded before it is believed:
 * numbers, flags, offsets, order of keys, branch keys against their leaves,
 * counts, and every page is in use once or free once. A file that passes can
 * be walked with LMDB.
 * Not here: what the values hold.
 */
#include "store/check.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/pages.h"

enum {
    IS_BRANCH = 0x01,
    IS_LEAF = 0x02,
    IS_OVERFLOW = 0x04,
    NODE_BIG = 0x01,  /* the value is on overflow pages */
    NODE_TREE = 0x02, /* the value describes a table's tree */
    NODE_HEAD = 8,
    DEPTH_MAX = 32,
    LONGEST_KEY = 511
};

struct page {
    uint8_t b[PAGES_SIZE];
    unsigned nodes;
    bool leaf;
};

struct node {
    const uint8_t *key;
    uint16_t key_len;
    uint16_t flags;
    uint64_t child;      /* branch */
    const uint8_t *data; /* leaf, not big: value; big: 8 bytes */
    uint64_t data_len;   /* leaf */
};

/* One walk over the file. */
struct pages_walk {
    struct check *check;
    int fd;
    uint64_t last;  /* last page in use */
    uint8_t *seen;  /* owned; one bit a page */
    bool sound;     /* no fault yet: what is deeper is not followed after one */
    uint64_t trees; /* tables found in the main tree */
};

enum tree_kind {
    TREE_TABLE,
    TREE_MAIN,
    TREE_FREE
};

/* One tree within it. */
struct tree_walk {
    enum tree_kind kind;
    struct pages_db wanted, found;
    uint8_t floor[LONGEST_KEY]; /* the next leaf key is at or above it */
    size_t floor_len;
    bool floor_open; /* it was a leaf's key: the next one is above it */
};

static void fault(struct pages_walk *walk, const char *what, uint64_t page)
{
    walk->sound = false;
    check_found(walk->check, "page %" PRIu64 " of data.mdb: %s", page, what);
}

/* Marks a page; false: it is out of bounds or was met before. */
static bool take_page(struct pages_walk *walk, uint64_t page)
{
    uint8_t bit = (uint8_t)(1u << (page % 8));

    if (page < 2 || page > walk->last) {
        fault(walk, "is out of the file's bounds", page);
        return false;
    }
    if ((walk->seen[page / 8] & bit) != 0) {
        fault(walk, "is used twice", page);
        return false;
    }
    walk->seen[page / 8] |= bit;
    return true;
}

/* Reads page NUMBER of a tree and bounds its head. */
static bool read_page(struct pages_walk *walk, uint64_t number,
                      struct page *ret_page)
{
    uint64_t own = 0;
    uint16_t flags = 0, lower = 0, upper = 0;

    if (disk_read(walk->fd, number * PAGES_SIZE, ret_page->b, PAGES_SIZE) !=
        KITH_OK) {
        fault(walk, "cannot be read", number);
        return false;
    }
    memcpy(&own, ret_page->b, 8);
    memcpy(&flags, ret_page->b + 10, 2);
    memcpy(&lower, ret_page->b + 12, 2);
    memcpy(&upper, ret_page->b + 14, 2);
    ret_page->leaf = flags == IS_LEAF;
    if (own != number || (flags != IS_LEAF && flags != IS_BRANCH) ||
        lower < PAGES_HEAD || lower % 2 != 0 || lower > upper ||
        upper > PAGES_SIZE) {
        fault(walk, "has a head that does not fit", number);
        return false;
    }
    ret_page->nodes = (lower - PAGES_HEAD) / 2u;
    if (ret_page->nodes == 0 || (!ret_page->leaf && ret_page->nodes < 2)) {
        fault(walk, "has too few nodes", number);
        return false;
    }
    return true;
}

/* Node INDEX of PAGE, within its bounds. */
static bool read_node(const struct page *page, unsigned index,
                      struct node *ret_node)
{
    uint16_t at = 0, low = 0, high = 0, flags = 0;
    size_t end = 0;

    memset(ret_node, 0, sizeof(*ret_node));
    memcpy(&at, page->b + PAGES_HEAD + 2 * (size_t)index, 2);
    if (at < PAGES_HEAD + 2 * page->nodes || at > PAGES_SIZE - NODE_HEAD)
        return false;
    memcpy(&low, page->b + at, 2);
    memcpy(&high, page->b + at + 2, 2);
    memcpy(&flags, page->b + at + 4, 2);
    memcpy(&ret_node->key_len, page->b + at + 6, 2);
    ret_node->key = page->b + at + NODE_HEAD;
    ret_node->flags = flags;
    ret_node->data = ret_node->key + ret_node->key_len;
    end = (size_t)at + NODE_HEAD + ret_node->key_len;
    if (ret_node->key_len > LONGEST_KEY)
        return false;
    if (!page->leaf) {
        ret_node->child =
            (uint64_t)low | (uint64_t)high << 16 | (uint64_t)flags << 32;
        return end <= PAGES_SIZE;
    }
    ret_node->data_len = (uint64_t)low | (uint64_t)high << 16;
    end += (flags & NODE_BIG) != 0 ? 8 : ret_node->data_len;
    return end <= PAGES_SIZE && (flags & ~(NODE_BIG | NODE_TREE)) == 0;
}

static int compare_keys(const struct tree_walk *tree, const struct node *node)
{
    uint64_t a = 0, b = 0;
    size_t common =
        node->key_len < tree->floor_len ? node->key_len : tree->floor_len;
    int order = 0;

    if (tree->kind == TREE_FREE && node->key_len == 8 && tree->floor_len == 8) {
        memcpy(&a, node->key, 8);
        memcpy(&b, tree->floor, 8);
        return a < b ? -1 : a > b;
    }
    order = memcmp(node->key, tree->floor, common);
    return order != 0 ? order : (int)node->key_len - (int)tree->floor_len;
}

/* Takes the next key in order: of a leaf, or a branch's lower bound for what
 * is below it. */
static bool take_key(struct tree_walk *tree, const struct node *node, bool leaf)
{
    int order = compare_keys(tree, node);

    if (order < 0 || (order == 0 && tree->floor_open))
        return false;
    memcpy(tree->floor, node->key, node->key_len);
    tree->floor_len = node->key_len;
    tree->floor_open = leaf;
    return true;
}

/* The run of overflow pages that a big value is on. */
static void walk_overflow(struct pages_walk *walk, struct tree_walk *tree,
                          const struct node *node)
{
    uint64_t page = 0, own = 0;
    uint64_t count = (PAGES_HEAD - 1 + node->data_len) / PAGES_SIZE + 1;
    uint8_t head[PAGES_HEAD];
    uint16_t flags = 0;
    uint32_t pages = 0;

    memcpy(&page, node->data, 8);
    for (uint64_t i = 0; i < count; i++) {
        if (!take_page(walk, page + i))
            return;
    }
    if (disk_read(walk->fd, page * PAGES_SIZE, head, sizeof(head)) != KITH_OK) {
        fault(walk, "cannot be read", page);
        return;
    }
    memcpy(&own, head, 8);
    memcpy(&flags, head + 10, 2);
    memcpy(&pages, head + 12, 4);
    if (own != page || flags != IS_OVERFLOW || pages != count)
        fault(walk, "does not begin the large value that it should", page);
    tree->found.overflows += count;
}

/* The list of free pages that one transaction left: count, then numbers. */
static void walk_free(struct pages_walk *walk, const struct node *node,
                      uint64_t page)
{
    uint64_t count = 0, number = 0, at = 0;
    uint8_t raw[8];

    if ((node->flags & NODE_BIG) != 0)
        memcpy(&at, node->data, 8);
    for (uint64_t i = 0; i == 0 || i <= count; i++) {
        if ((node->flags & NODE_BIG) == 0)
            memcpy(raw, node->data + 8 * i, 8);
        else if (disk_read(walk->fd, at * PAGES_SIZE + PAGES_HEAD + 8 * i, raw,
                           8) != KITH_OK)
            break;
        memcpy(&number, raw, 8);
        if (i > 0 && !take_page(walk, number))
            return;
        if (i == 0)
            count = number;
        if (count > walk->last || 8 * (count + 1) > node->data_len) {
            fault(walk, "lists more free pages than it has room for", page);
            return;
        }
    }
}

static void walk_tree(struct pages_walk *walk, struct tree_walk *tree);

static void walk_table(struct pages_walk *walk, const struct node *node)
{
    struct tree_walk tree = {.kind = TREE_TABLE};

    if (node->data_len != PAGES_DB || (node->flags & NODE_BIG) != 0) {
        fault(walk, "describes a table badly", 0);
        return;
    }
    pages_read_db(node->data, &tree.wanted);
    walk->trees++;
    walk_tree(walk, &tree);
}

static void walk_leaf(struct pages_walk *walk, struct tree_walk *tree,
                      const struct node *node, uint64_t page)
{
    bool is_main = tree->kind == TREE_MAIN;

    tree->found.entries++;
    if (((node->flags & NODE_TREE) != 0) != is_main) {
        fault(walk, "has a value of the wrong kind", page);
        return;
    }
    if ((node->flags & NODE_BIG) != 0)
        walk_overflow(walk, tree, node);
    if (is_main)
        walk_table(walk, node);
    if (tree->kind == TREE_FREE && walk->sound)
        walk_free(walk, node, page);
}

static void walk_page(struct pages_walk *walk, struct tree_walk *tree,
                      uint64_t number, unsigned depth)
{
    struct page page;
    struct node node;

    if (!take_page(walk, number) || !read_page(walk, number, &page))
        return;
    if (page.leaf != (depth == tree->wanted.depth)) {
        fault(walk, "stands at the wrong depth", number);
        return;
    }
    *(page.leaf ? &tree->found.leaves : &tree->found.branches) += 1;
    for (unsigned i = 0; i < page.nodes && walk->sound; i++) {
        if (!read_node(&page, i, &node)) {
            fault(walk, "has a node that reaches out of it", number);
            return;
        }
        /* A branch's first key is empty: it has no lower bound. */
        if ((page.leaf || i > 0) && !take_key(tree, &node, page.leaf)) {
            fault(walk, "has keys out of order", number);
            return;
        }
        if (page.leaf)
            walk_leaf(walk, tree, &node, number);
        else
            walk_page(walk, tree, node.child, depth + 1);
    }
}

static void walk_tree(struct pages_walk *walk, struct tree_walk *tree)
{
    const struct pages_db *wanted = &tree->wanted, *found = &tree->found;

    if (wanted->depth > DEPTH_MAX) {
        fault(walk, "a tree is too deep", wanted->root);
        return;
    }
    if (wanted->depth > 0)
        walk_page(walk, tree, wanted->root, 1);
    else if (wanted->root != UINT64_MAX)
        fault(walk, "an empty tree has a root", wanted->root);
    if (walk->sound && (found->branches != wanted->branches ||
                        found->leaves != wanted->leaves ||
                        found->overflows != wanted->overflows ||
                        found->entries != wanted->entries))
        fault(walk, "a tree does not hold what it says", wanted->root);
}

static void walk_all(struct pages_walk *walk, const struct pages_meta *meta)
{
    struct tree_walk main_tree = {.kind = TREE_MAIN, .wanted = meta->main_db};
    struct tree_walk free_tree = {.kind = TREE_FREE, .wanted = meta->free_db};

    walk_tree(walk, &main_tree);
    if (walk->sound)
        walk_tree(walk, &free_tree);
    if (walk->sound && walk->trees != KV_TABLES)
        fault(walk, "the number of tables is wrong", 0);
    for (uint64_t i = 2; i <= walk->last && walk->sound; i++) {
        if ((walk->seen[i / 8] & (1u << (i % 8))) == 0)
            fault(walk, "is neither in use nor free", i);
    }
}

enum kith_status check_pages(struct check *check, const char *path)
{
    struct pages_walk walk = {.check = check, .sound = true};
    struct pages_meta metas[2], *newest = NULL;
    struct stat info;
    enum kith_status status = KITH_OK;

    walk.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (walk.fd < 0)
        return disk_status();
    if (fstat(walk.fd, &info) != 0)
        status = KITH_IO;
    if (status == KITH_OK)
        status = pages_read_metas(walk.fd, metas);
    if (status == KITH_DAMAGED) {
        fault(&walk, "is no meta page", 0);
        status = KITH_OK;
        goto out;
    }
    if (status != KITH_OK)
        goto out;
    newest = &metas[metas[0].number < metas[1].number];
    walk.last = newest->last;
    /* Pages that were freed before they were written may lie behind the end,
     * but never as many as the file has. */
    if (walk.last > 2 * ((uint64_t)info.st_size / PAGES_SIZE) + 1024) {
        fault(&walk, "the last page is far behind the end of the file",
              walk.last);
        goto out;
    }
    walk.seen = calloc((size_t)(walk.last / 8 + 1), 1);
    if (walk.seen == NULL)
        status = KITH_NOMEM;
    else
        walk_all(&walk, newest);
out:
    free(walk.seen);
    (void)close(walk.fd);
    return status;
}
