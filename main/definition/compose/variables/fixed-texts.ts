/**
 * How a text decides what a version is: as a `path` of the project, or by itself. In such a text only env files of the
 * project give values to variables, so that the same commit is the same version on every computer.
 */
export type FixedUse = 'path' | 'text'

const FIXED: readonly (readonly [path: string, use: FixedUse])[] = [
  ...['image', 'platform', 'build.dockerfile_inline', 'build.target', 'profiles'].map(
    (key) => [`services.*.${key}`, 'text'] as const,
  ),
  ...['depends_on[]', 'networks[]', 'models[]'].map((key) => [`services.*.${key}`, 'text'] as const),
  // They decide what the version records of the service, or which of its files are part of it.
  ...['init', 'volumes[].type'].map((key) => [`services.*.${key}`, 'text'] as const),
  ...['env_file', 'label_file'].map((key) => [`services.*.${key}`, 'path'] as const),
  ['name', 'text'],
  ['services.*.build', 'path'],
  ['services.*.extends', 'path'],
  ['include', 'path'],
]
const ARGUMENTS = 'services.*.build.args'

/** How the text at a path of keys, before short forms are written out, decides what a version is; undefined where it does not. */
export function fixedUse(path: string): FixedUse | undefined {
  if (isWithin(path, ARGUMENTS)) return undefined
  return FIXED.find(([above]) => isWithin(path, above))?.[1]
}

const isWithin = (path: string, above: string): boolean =>
  path === above || (path.startsWith(above) && /^[.[]/.test(path.slice(above.length)))
