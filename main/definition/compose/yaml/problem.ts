import { type ProductError, productError } from '../../../../shared/errors.ts'
import type { Node, Place, Scalar } from './node.ts'

/** `definition-invalid` at a place; `problem` is a sentence without a full stop. */
export function invalidAt({ source, line, column }: Place, problem: string, cause?: unknown): ProductError {
  return productError('definition-invalid', { file: source.file, line, column, problem }, { cause })
}

/** `definition-unsupported` at a place, naming `key`. */
export function unsupportedAt({ source, line, column }: Place, key: string, reason: string): ProductError {
  return productError('definition-unsupported', { file: source.file, line, column, key, reason })
}

/** What a value is, in words. */
export function nameOf(node: Node): string {
  if (node.kind === 'list') return 'a list'
  if (node.kind === 'map') return 'a mapping'
  if (node.value === null) return 'empty'
  return { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof node.value as 'string']
}

/** A text of the file as an error quotes it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
}

/** A scalar as an error quotes it: with its variables, whose values may be secret. */
export const quotedAsWritten = ({ value, template }: Scalar): string => quoted(template ?? String(value))

const LONGEST = 80
