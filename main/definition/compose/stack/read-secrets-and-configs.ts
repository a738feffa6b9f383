import { defined } from './defined.ts'
import type { Fields } from './fields.ts'
import type { FileUse, StackFile } from './stack.ts'

/** A secret or config in a container. Error: definition-invalid. */
export function readFileUse(use: Fields): FileUse {
  return {
    source: use.requiredText('source'),
    ...defined({
      target: use.text('target'),
      uid: use.text('uid'),
      gid: use.text('gid'),
      mode: readMode(use),
    }),
  }
}

/** A number is the mode itself, which YAML reads as octal after a 0; a text is octal. */
function readMode(use: Fields): number | undefined {
  const node = use.node('mode')
  if (node?.kind !== 'scalar') return undefined
  const text = String(node.value)
  const mode = typeof node.value === 'number' ? node.value : Number.parseInt(text, 8)
  const fits = typeof node.value === 'number' || /^0?o?[0-7]{1,4}$/.test(text)
  if (fits && Number.isInteger(mode) && mode >= 0 && mode <= 0o7777) return mode
  throw use.problem('mode', `"${use.path('mode')}" must be an octal mode such as 0440`)
}

const SOURCES = ['file', 'environment', 'content'] as const

/** Where the content of a secret or config comes from. Error: definition-invalid. */
export function readFile(from: Fields): StackFile {
  const given = SOURCES.filter((key) => from.node(key) !== undefined)
  if (given.length > 1) {
    throw from.problem(given[1], `"${from.name}" cannot have both "${given.join('" and "')}"`)
  }
  const named = { ...defined({ name: from.text('name') || undefined }), labels: from.filledPairs('labels') }
  if (from.boolean('external') === true) return { ...named, kind: 'external' }
  switch (given[0]) {
    case 'file':
      return { ...named, kind: 'file', file: from.requiredText('file') }
    case 'environment':
      return { ...named, kind: 'variable', variable: from.requiredText('environment') }
    case 'content':
      return { ...named, kind: 'content', content: from.text('content') ?? '' }
    default: {
      const driver = from.text('driver')
      if (driver !== undefined) return { ...named, kind: 'driver', driver }
      throw from.problem(undefined, `"${from.name}" needs "file", "environment" or "content"`)
    }
  }
}
