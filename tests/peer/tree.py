"""The Merkle tree of a log (docs/PROTOCOL.md 3.1; RFC 6962, RFC 9162)."""
from .basics import need, sha, u64

EMPTY = sha(b'')


def leaf_hash(header):
    return sha(b'\0', header)


def node(left, right):
    return sha(b'\1', left, right)


def split(count):
    """The greatest power of two below COUNT."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves):
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


def edge(leaves):
    """Size and the roots of the complete subtrees, largest first."""
    encoded, at, size = u64(len(leaves)), 0, len(leaves)
    for bit in reversed(range(size.bit_length())):
        if size >> bit & 1:
            encoded += root(leaves[at:at + (1 << bit)])
            at += 1 << bit
    return encoded


class Tree:
    """A tree that grows; knows the root at every size it had."""

    def __init__(self):
        self.leaves = []
        self.edge = []  # (levels, hash), largest first
        self.roots = [EMPTY]

    def __len__(self):
        return len(self.leaves)

    def add(self, header):
        self.leaves.append(leaf_hash(header))
        level, value = 0, self.leaves[-1]
        while self.edge and self.edge[-1][0] == level:
            value = node(self.edge.pop()[1], value)
            level += 1
        self.edge.append((level, value))
        value = self.edge[-1][1]
        for _, left in reversed(self.edge[:-1]):
            value = node(left, value)
        self.roots.append(value)


def inclusion(index, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return inclusion(index, leaves[:k]) + [root(leaves[k:])]
    return inclusion(index - k, leaves[k:]) + [root(leaves[:k])]


def consistency(size, leaves, whole=True):
    if size == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if size <= k:
        return consistency(size, leaves[:k], whole) + [root(leaves[k:])]
    return consistency(size - k, leaves[k:], False) + [root(leaves[:k])]


def verify_inclusion(index, size, leaf, proof, wanted):
    """RFC 9162 2.1.3.2."""
    need(0 <= index < size, 'index beyond the tree')
    fn, sn, value = index, size - 1, leaf
    for part in proof:
        need(sn > 0, 'proof too long')
        if fn & 1 or fn == sn:
            value = node(part, value)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            value = node(value, part)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and value == wanted, 'inclusion does not hold')


def verify_consistency(first, second, root1, root2, proof):
    """RFC 9162 2.1.4.2."""
    need(0 < first <= second, 'sizes of a consistency proof')
    if first == second:
        need(not proof and root1 == root2, 'equal sizes, other roots')
        return
    need(proof, 'proof is empty')
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, root1)
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for part in path[1:]:
        need(sn > 0, 'proof too long')
        if fn & 1 or fn == sn:
            fr, sr = node(part, fr), node(part, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, part)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and fr == root1 and sr == root2, 'consistency does not hold')
