import semver from 'semver'

/** How a kind of file writes which versions it takes. */
export type Dialect = 'npm' | 'pep440' | 'gem' | 'composer'

/** Longer than any range that a person wrote. */
const LONGEST = 100

/** A range of versions in npm's form, whatever form it was written in; undefined when it is none. */
export function readRange(text: string, dialect: Dialect): string | undefined {
  const written = text.trim().replaceAll(/([<>=~^!])\s+/g, '$1')
  if (written === '' || written.length > LONGEST) return undefined
  return semver.validRange(FORMS[dialect](written)) ?? undefined
}

const FORMS: Record<Dialect, (text: string) => string> = {
  npm: (text) => text,
  /** https://peps.python.org/pep-0440/#version-specifiers, and Poetry's own `^` and `~`. */
  pep440: (text) => each(text, /,/, (part) => compatible(part, '~=').replace(/^===?/, '')),
  /** https://guides.rubygems.org/patterns/#pessimistic-version-constraint */
  gem: (text) => each(text, /,/, (part) => compatible(part, '~>')),
  /** https://getcomposer.org/doc/articles/versions.md */
  composer: (text) =>
    text
      .split(/\|\|?/)
      .map((part) => (part.includes(' - ') ? part : each(part, /,|\s+/, (one) => compatible(one, '~'))))
      .join(' || '),
}

/** What is excluded is a single release, and none that a range is decided by. */
const each = (text: string, between: RegExp, form: (part: string) => string): string =>
  text
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith('!='))
    .map(form)
    .join(' ')

/** "At least this, and the last number but one stays": `~=3.11` is `>=3.11 <4`, `~=3.11.2` is `>=3.11.2 <3.12`. */
function compatible(part: string, operator: string): string {
  const version = part.startsWith(operator) ? part.slice(operator.length) : ''
  const found = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(version)
  if (!found) return part
  const [, major, minor, patch] = found
  return `>=${version} <${patch === undefined ? Number(major) + 1 : `${major}.${Number(minor) + 1}`}`
}
