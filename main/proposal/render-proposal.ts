import type { ProposedFile, ProposedLine } from '../../shared/proposal.ts'
import { sanitize } from '../../shared/sanitize.ts'
import type { Draft, Setting } from './draft/draft.ts'

const DEFINITION = '.devcontainer/devcontainer.json'
const DOCKERFILE = '.devcontainer/Dockerfile'

/** The files that a draft comes to, the definition first. Each of its keys has its own line. */
export function render({ base, settings }: Draft): ProposedFile[] {
  const { because } = base
  const first: Setting[] =
    'image' in base
      ? [{ key: 'image', value: base.image, ...because }]
      : [{ key: 'build', value: { dockerfile: 'Dockerfile', context: '..' }, ...because }]
  const definition = { file: DEFINITION, lines: jsonLines([...first, ...settings]) }
  if ('image' in base) return [definition]
  return [definition, { file: DOCKERFILE, lines: base.dockerfile.map(plain) }]
}

function jsonLines(settings: Setting[]): ProposedLine[] {
  const lines = settings.map(({ key, value, reason, from }, at) => ({
    text: `  ${JSON.stringify(key)}: ${inline(value)}${at < settings.length - 1 ? ',' : ''}`,
    reason,
    from,
  }))
  return [bracket('{'), ...lines.map(plain), bracket('}')]
}

const bracket = (text: string): ProposedLine => ({ text, reason: null, from: null })

/** A reason may quote a file. */
const plain = ({ text, reason, from }: ProposedLine): ProposedLine => ({
  text,
  reason: reason === null ? null : sanitize(reason),
  from,
})

/** JSON on one line, with the spaces that people write. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${inline(one)}`)
  return `{ ${members.join(', ')} }`
}
