import { stripVTControlCharacters } from 'node:util'

/**
 * A line that a program printed, as text and nothing else: without colours, without what moves a cursor, turns the
 * direction of text or talks to a terminal. Tabs stay.
 */
export const plainText = (line: string): string =>
  stripVTControlCharacters(line)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
    .replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '')
