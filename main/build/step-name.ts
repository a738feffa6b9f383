import { CONTEXT_FOLDER } from '../definition/dockerfile/context-source.ts'

/**
 * An instruction as the person wrote it. The builder names its steps after what was sent: pins instead of references,
 * and the context in a folder of its own.
 */
export function stepAsWritten(name: string, images: Record<string, string>): string {
  let text = name
  for (const [reference, resolved] of Object.entries(images)) text = text.replaceAll(resolved, reference)
  if (!/^(?:COPY|ADD|RUN --mount)\b/i.test(text)) return text
  return text.replaceAll(IN_FOLDER, '$1').replaceAll(FOLDER_ITSELF, '$1.')
}

const IN_FOLDER = new RegExp(`([ "=])${CONTEXT_FOLDER}/`, 'g')
const FOLDER_ITSELF = new RegExp(`([ "=])${CONTEXT_FOLDER}(?=[ ",]|$)`, 'g')
