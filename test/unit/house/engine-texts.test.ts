import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../../..')

/** Questions that are asked of a text: a string that is looked for in it, or an expression that it has to match. */
const ASKED = [
  /\.(?:startsWith|endsWith|includes|indexOf|match|search|split|replace|replaceAll)\(\s*(?:'([^'\n]*)'|`([^`\n]*)`|\/([^\n]*?[^\\])\/[dgimsuvy]*\s*[,)])/g,
  /\/([^/\n]*[^/\\\n])\/[dgimsuvy]*\.(?:test|exec)\(/g,
  /[!=]== '([^'\n]*)'/g,
]
/** Words that only a sentence for people has: two beside each other, or one that begins as a sentence does. */
const SENTENCE = /[A-Za-z]{2,} [A-Za-z]|(?:^|[^A-Za-z-])[A-Z][a-z]{2,}(?![A-Za-z:\\/])/
/** Names that other programs and formats give, which are no texts of the engine. */
const GIVEN = ['Users', 'Mac', 'Files', 'Enter', 'Escape']

const questionsIn = (source: string): string[] =>
  ASKED.flatMap((asked) =>
    [...source.matchAll(asked)].map(([, ...parts]) => parts.find((part) => part !== undefined) ?? ''),
  )

const readsEnglish = (question: string): boolean => {
  const found = SENTENCE.exec(question)?.[0].replace(/[^A-Za-z ]/g, '')
  return found !== undefined && !GIVEN.some((word) => found.includes(word))
}

const sources = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => path.join(folder, file))

test.each(['renderer', 'app'])('%s recognises nothing by texts that are for people', (folder) => {
  const found = sources(folder).flatMap((file) =>
    questionsIn(readFileSync(path.join(root, file), 'utf8'))
      .filter(readsEnglish)
      .map((question) => `${file}: ${question}`),
  )
  expect(found).toEqual([])
})

test.each([
  ["const runs = what.startsWith('bringing up ')"],
  ['if (/^(?:Start |Health check)/.test(step)) {'],
  ["if (step === 'Health check') {"],
  ['if (/^(?:exporting|Keep the baked image)/.test(name)) return'],
  ["name.replace(/^Pull the /, '')"],
])('%s would be found', (source) => {
  expect(questionsIn(source).some(readsEnglish)).toBe(true)
})

test.each([
  ["if (kind === 'build') return"],
  ["if (event.key === 'ArrowDown') return"],
  ["folder.replace(/^[A-Z]:/, '')"],
  ["if (subject === 'postCreateCommand') return"],
])('%s is no such question', (source) => {
  expect(questionsIn(source).some(readsEnglish)).toBe(false)
})
