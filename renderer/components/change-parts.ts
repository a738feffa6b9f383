import type { InputChange, LineChange, PackageChange } from '../../shared/change.ts'
import { t } from '../messages/messages.ts'

/** The parts of one difference: "nanoid 5.1.6 → 5.1.5 (package-lock.json)". */
export interface ChangeParts {
  name: string
  word: 'added' | 'removed' | 'changed' | 'moved' | 'checksum'
  /** What it was and what it is now; null where it did not exist, and undefined where a person learns nothing by it. */
  from: string | null | undefined
  to: string | null | undefined
  /** The file that shows it, if the name does not. */
  file?: string
  /** The same by their hashes, for those who want to know. */
  hashes?: string
  /** Distinguishes the entries of one list. */
  id: string
  /** The first of what is different inside; `count` is the total. */
  within: ChangeParts[]
  count: number
}

/** A change in parts, in the person's words: packages of a lockfile, lines of a Dockerfile, versions; no hashes. */
export function changeParts(change: InputChange): ChangeParts {
  const { input, from, to, kind, detail } = change
  const hashes = isHashed(change) ? { hashes: `${from ?? '–'} → ${to ?? '–'}` } : {}
  const rest = { id: input, within: [], count: 0, ...hashes }
  switch (detail?.kind) {
    case 'packages': {
      const [first, ...others] = detail.packages.map(ofPackage)
      if (first && others.length === 0) return { ...first, file: input, ...hashes }
      const name = t('changes.packages', { count: detail.count })
      const within = detail.packages.map(ofPackage)
      const named = { id: input, name, word: 'changed', from: undefined, to: undefined, file: input } as const
      return { ...named, within, count: detail.count, ...hashes }
    }
    case 'lines': {
      const { lines, count } = detail
      const [only] = lines
      if (only && count === 1) return { ...ofLine(input, only, 0), ...hashes }
      const numbers = lines.flatMap(({ line }) => line ?? [])
      const name = numbers.length > 0 ? t('changes.lines', { file: input, lines: ranges(numbers) }) : input
      const within = lines.map((line, at) => ofLine('', line, at))
      return { id: input, name, word: 'changed', from: undefined, to: undefined, within, count, ...hashes }
    }
    case 'moved':
      return { name: input, word: 'moved', from: detail.from, to: detail.to, ...rest }
    case undefined: {
      const word = from === null ? 'added' : to === null ? 'removed' : kind === 'pin' ? 'moved' : 'changed'
      if (isHashed(change) && kind !== 'pin')
        return { name: input, word, from: undefined, to: undefined, ...rest }
      const quoted = (value: string | null) =>
        value !== null && (kind === 'argument' || value === '') ? `"${value}"` : value
      return { name: input, word, from: quoted(from), to: quoted(to), ...rest }
    }
  }
}

/** A change on one line, for where there is room for no more: "nanoid 5.1.6 → 5.1.5". */
export function changeText(change: InputChange): string {
  const { name, word, from, to, file } = changeParts(change)
  const isVersion = change.detail !== undefined && change.detail.kind !== 'lines'
  if (isVersion && from && to && from !== to) return `${name} ${from} → ${to}`
  const named = isVersion && (to || from) ? `${name} ${to || from}` : name
  const said = `${named} ${t(`changes.${word}`)}`
  return file === undefined ? said : `${said} (${file})`
}

const HASHED = ['dockerfile', 'file', 'download', 'hidden-argument', 'pin', 'computer']
/** Whether the values of a change are hashes; those of a link are where it leads. */
const isHashed = ({ from, to, kind }: InputChange): boolean =>
  kind === 'computer' ||
  ((kind === undefined || HASHED.includes(kind)) &&
    [from, to].some((value) => /^(?:sha256:)?[0-9a-f]{64}\b/.test(value ?? '')))

function ofPackage({ name, from, to }: PackageChange): ChangeParts {
  const word = from === null ? 'added' : to === null ? 'removed' : from === to ? 'checksum' : 'changed'
  return { id: name, name, word, from: from || undefined, to: to || undefined, within: [], count: 0 }
}

function ofLine(file: string, { line, from, to }: LineChange, at: number): ChangeParts {
  const name = line === null ? file : t(file === '' ? 'changes.line' : 'changes.fileLine', { file, line })
  const word = from === null ? 'added' : to === null ? 'removed' : 'changed'
  return { id: `${at}`, name, word, from, to, within: [], count: 0 }
}

/** "4, 7–9" */
function ranges(numbers: number[]): string {
  const all: [number, number][] = []
  for (const number of numbers) {
    const last = all.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else all.push([number, number])
  }
  return all.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ')
}
