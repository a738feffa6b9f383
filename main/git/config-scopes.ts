/** The scopes of settings (git-config(1), `--show-scope`) that are the person's; all others are the repository's own. */
const OF_THE_PERSON = new Set(['system', 'global', 'command'])

/** What git printed with `--null --show-scope`: of each setting its scope, whether it is the person's, and what it is. */
export function scopedSettings(printed: string): { scope: string; isOwn: boolean; setting: string }[] {
  const words = printed.split('\0')
  return words.flatMap((scope, at) =>
    at % 2 === 0 && at + 1 < words.length
      ? { scope, isOwn: OF_THE_PERSON.has(scope), setting: words[at + 1] ?? '' }
      : [],
  )
}

/** Those of the person. */
export const ofThePerson = (printed: string): string[] =>
  scopedSettings(printed).flatMap(({ isOwn, setting }) => (isOwn ? setting : []))
