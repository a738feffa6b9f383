import semver from 'semver'
import { type Dialect, readRange } from './version-ranges.ts'

/** What is known of a language's releases. A line is a version's first numbers, as many as its image's tags need. */
interface Language {
  name: string
  /** Used if nothing else is requested, with the reason. */
  preferred: string
  because: string
  /** Lines that their makers keep repairing, oldest first; of Rust only the newest, whatever it is. */
  maintained: string[]
}

/** As of November 2026. A release line that is missing here can be requested; it is only never chosen by default. */
export const LANGUAGES = {
  node: {
    name: 'Node.js',
    preferred: '24',
    because: 'a release with long-term support, and the one that Pristine is tested with',
    maintained: ['22', '24', '26'],
  },
  bun: { name: 'Bun', preferred: '1', because: 'the current release', maintained: ['1'] },
  python: {
    name: 'Python',
    preferred: '3.13',
    because: 'maintained until October 2029, and taken by nearly every package',
    maintained: ['3.11', '3.12', '3.13', '3.14'],
  },
  go: {
    name: 'Go',
    preferred: '1.26',
    because: 'maintained, and it builds what was written for older ones',
    maintained: ['1.26'],
  },
  rust: {
    name: 'Rust',
    preferred: '1',
    because: 'the current release, which builds what was written for older ones',
    maintained: ['1'],
  },
  java: {
    name: 'Java',
    preferred: '21',
    because: 'a release with long-term support',
    maintained: ['8', '11', '17', '21', '25'],
  },
  ruby: {
    name: 'Ruby',
    preferred: '3.4',
    because: 'maintained until March 2028',
    maintained: ['3.3', '3.4', '4.0'],
  },
  php: {
    name: 'PHP',
    preferred: '8.4',
    because: 'maintained until the end of 2028',
    maintained: ['8.2', '8.3', '8.4', '8.5'],
  },
  dotnet: {
    name: '.NET',
    preferred: '10.0',
    because: 'a release with long-term support',
    maintained: ['10.0'],
  },
} satisfies Record<string, Language>

/** A version that a file requests: an exact one, or a range. */
export interface VersionSource {
  from: string
  text: string
  /** Set for a range. */
  dialect?: Dialect
}

export interface ChosenVersion {
  /** One to three numbers, as an image's tag has them. */
  version: string
  /** Whether a person wrote it as it is. */
  exact: boolean
  reason: string
  from: string | null
  warnings: string[]
}

/**
 * Chooses a version by what files request, in order of weight. A version that a file names is taken as it is. For a
 * range, the preferred line is chosen if its newest release is in the range, else the newest maintained line in it,
 * else the lowest allowed version. Without a request, it is the preferred release line.
 */
export function chooseVersion(language: Language, sources: VersionSource[]): ChosenVersion {
  const warnings: string[] = []
  let chosen: ChosenVersion | undefined
  for (const one of sources) {
    const candidate = one.dialect === undefined ? named(language, one) : ranged(language, one, one.dialect)
    if (!candidate) {
      warnings.push(
        `${one.from} asks for ${language.name} "${one.text.slice(0, 60)}", which is not understood.`,
      )
    } else if (!chosen) {
      chosen = candidate
      if (isOlder(candidate.version, language.maintained[0] ?? '0')) {
        warnings.push(`${language.name} ${candidate.version} is no longer maintained by those who made it.`)
      }
    } else if (one.dialect !== undefined && !contains(one.text, one.dialect, chosen.version)) {
      warnings.push(
        `${one.from} asks for ${language.name} "${one.text.slice(0, 60)}", which ${chosen.version} is not.`,
      )
    }
  }
  const { preferred: version, because, name } = language
  chosen ??= {
    version,
    exact: false,
    reason: `${name} ${version}: no file asks for a version; this is ${because}.`,
    from: null,
    warnings,
  }
  return { ...chosen, warnings }
}

function named({ name }: Language, { from, text }: VersionSource): ChosenVersion | undefined {
  const version = /^v?(\d{1,4}(?:\.\d{1,4}){0,2})$/.exec(text.trim())?.[1]
  if (version === undefined) return undefined
  return { version, exact: true, reason: `${from} asks for ${name} ${version}.`, from, warnings: [] }
}

function ranged(
  language: Language,
  { from, text }: VersionSource,
  dialect: Dialect,
): ChosenVersion | undefined {
  const range = readRange(text, dialect)
  if (range === undefined) return undefined
  const { name, preferred, maintained } = language
  const found = (version: string, why: string): ChosenVersion => {
    return {
      version,
      exact: false,
      reason: `${from} asks for ${name} "${text.trim()}": ${why}.`,
      from,
      warnings: [],
    }
  }
  if (holds(range, preferred)) return found(preferred, `${preferred} is in it, ${language.because}`)
  const newest = maintained.findLast((line) => holds(range, line))
  if (newest !== undefined) return found(newest, `${newest} is the newest maintained release in it`)
  const lowest = semver.minVersion(range)
  if (!lowest) return undefined
  const lines = [`${lowest.major}`, `${lowest.major}.${lowest.minor}`, lowest.version]
  const numbers = preferred.split('.').length
  const line = lines.slice(numbers - 1).find((line) => holds(range, line)) ?? lowest.version
  return found(line, `${line} is the lowest that it allows`)
}

const contains = (text: string, dialect: Dialect, version: string): boolean => {
  const range = readRange(text, dialect)
  return range !== undefined && holds(range, version)
}

/** Whether the newest release of a line lies in a range. */
function holds(range: string, line: string): boolean {
  const numbers = [...line.split('.'), '9999', '9999'].slice(0, 3)
  return semver.satisfies(numbers.join('.'), range)
}

function isOlder(version: string, line: string): boolean {
  const numbers = line.split('.').length
  const cut = (text: string) => semver.coerce(text.split('.').slice(0, numbers).join('.'))
  const [one, other] = [cut(version), cut(line)]
  return one !== null && other !== null && semver.lt(one, other)
}
