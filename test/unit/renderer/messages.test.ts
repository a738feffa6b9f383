import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { t } from '../../../renderer/messages/messages.ts'

const FOLDER = path.join(import.meta.dirname, '../../../renderer/messages')

test('what is counted has a text for every number', () => {
  for (const count of [1, 2, 3, 4, 21]) {
    expect(t('activity.because', { version: 'v2', reason: 'a changed', more: 1, count })).toMatch(
      /^v2 · a changed/,
    )
    expect(t('home.because', { version: 'v2', reason: 'a changed', count })).toMatch(/^v2 · a changed/)
  }
})

test('no text that is counted has an "ordinal": i18next would take it for "1st, 2nd", for which there are no texts', () => {
  const texts = readdirSync(FOLDER).flatMap((name) =>
    readFileSync(path.join(FOLDER, name), 'utf8').split('\n'),
  )
  const counted = texts.filter((line) => /^\s*\w+_(?:one|other):/.test(line))
  expect(counted.length).toBeGreaterThan(20)
  expect(counted.filter((line) => line.includes('{{ordinal}}'))).toEqual([])
})
