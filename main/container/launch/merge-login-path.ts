/**
 * A login shell's PATH (`found`) as if /etc/profile had not reset it: additions of the start-up files stay, and the
 * container's own folders (`own`) replace the profile's defaults. The Dev Containers CLI edits /etc/profile to the same
 * end; Pristine changes nothing in a container.
 * `profile` are the values that /etc/profile assigns to PATH, as written there.
 */
export function mergeLoginPath(found: string, own: string, profile: string[]): string {
  const set = profile
    .map((value) => withoutEnd(value).replace(/^(["'])(.*)\1$/, '$2'))
    .sort((a, b) => b.length - a.length)
    .find((value) => holds(found, value))
  const wasKept = set === undefined || (holds(own, set) && holds(found, own))
  if (wasKept || own === '') return found
  const at = `:${found}:`.indexOf(`:${set}:`)
  return found.slice(0, at) + own + found.slice(at + set.length)
}

/** What is left of a text without the blanks and semicolons at its end. */
function withoutEnd(text: string): string {
  let end = text.length
  while (end > 0 && /[;\s]/.test(text[end - 1] ?? '')) end--
  return text.slice(0, end)
}

/** Whether a PATH has folders in a row. */
const holds = (path: string, folders: string): boolean =>
  folders !== '' && `:${path}:`.includes(`:${folders}:`)
