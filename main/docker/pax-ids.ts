/** The limit of an id in the head of a tar's entry: six octal digits. */
const MAX_SHORT_ID = 0o777777

/** The ids of an owner that do not fit into the head of a tar's entry, as they are written before it. */
export const paxIds = ({ uid, gid }: { uid: number; gid: number }): { uid?: string; gid?: string } => ({
  ...(uid > MAX_SHORT_ID && { uid: String(uid) }),
  ...(gid > MAX_SHORT_ID && { gid: String(gid) }),
})
