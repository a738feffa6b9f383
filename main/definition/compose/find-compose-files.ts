/** The names that a Compose file goes by, in the order in which they are looked for. */
const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
]

/**
 * The Compose files of a folder with these names in it: the first by its name, and the file that is put over it; none where
 * there is none.
 */
export function composeFilesAmong(names: ReadonlySet<string>): string[] {
  const first = NAMES.find((name) => names.has(name))
  if (first === undefined) return []
  const over = OVERRIDES.find((name) => names.has(name))
  return over === undefined ? [first] : [first, over]
}
