/** The numbers by which the kernel knows a user and that user's group. */
export interface Ids {
  uid: number
  gid: number
}

/** An account as a line of /etc/passwd has it. */
export interface Account extends Ids {
  name: string
  home: string
}

/** The texts of /etc/passwd and /etc/group. */
export interface AccountFiles {
  passwd: string
  group: string
}

/** An image's accounts with other ids for one of its users. */
export interface ChangedAccounts extends AccountFiles {
  user: string
  from: Ids
  to: Ids
  home: string
}

/** The accounts of an /etc/passwd; lines that are none are left out. */
export function accountsIn(passwd: string): Account[] {
  return passwd.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = '', , home = ''] = line.split(':')
    return /^\d+$/.test(uid) && /^\d+$/.test(gid) ? [{ name, uid: Number(uid), gid: Number(gid), home }] : []
  })
}

/** The name of an account in a `USER`, where one is given by its name; a group beside it is nobody's name. */
export function namedUser(user: string | undefined): string | undefined {
  const [name = ''] = (user ?? '').split(':')
  return name === '' || /^\d+$/.test(name) ? undefined : name
}

/**
 * Gives a user the wanted ids, as the Dev Containers CLI does: not if the user's number is another's, and without the group's
 * where that is taken; root and root's group keep theirs. Undefined where nothing changes.
 */
export function changeIds(
  { passwd, group }: AccountFiles,
  user: string,
  wanted: Ids,
): ChangedAccounts | undefined {
  const accounts = accountsIn(passwd)
  const account = accounts.find(({ name }) => name === user)
  if (!account || account.uid === 0) return undefined
  const from = { uid: account.uid, gid: account.gid }
  if (from.uid !== wanted.uid && accounts.some(({ uid }) => uid === wanted.uid)) return undefined
  const isGroupTaken = group.split('\n').some((line) => line.split(':')[2] === String(wanted.gid))
  const to = { uid: wanted.uid, gid: from.gid === 0 || isGroupTaken ? from.gid : wanted.gid }
  if (to.uid === from.uid && to.gid === from.gid) return undefined
  // What is no UTF-8 was not read as it is.
  if (`${passwd}${group}`.includes('\ufffd')) return undefined
  const isUser = ([name]: string[]) => name === user
  const isGroup = ([, , gid]: string[]) => gid === String(from.gid)
  return {
    ...{ user, from, to, home: account.home },
    passwd: withFields(passwd, isUser, { 2: String(to.uid), 3: String(to.gid) }),
    group: withFields(group, isGroup, { 2: String(to.gid) }),
  }
}

/** A text with other values for some fields of the lines that are meant. */
function withFields(
  text: string,
  isMeant: (fields: string[]) => boolean,
  values: Record<number, string>,
): string {
  const lines = text.split('\n').map((line) => {
    const fields = line.split(':')
    return isMeant(fields) ? fields.map((field, at) => values[at] ?? field).join(':') : line
  })
  return lines.join('\n')
}
