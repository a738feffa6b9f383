import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { type ComposeReading, composeReading } from '../../../main/definition/compose/read-compose.ts'
import { ANSWERS, CASES, type Case } from './cases.ts'
import { formOfAnswer, formOfStack } from './compose-form.ts'
import { filesIn, run } from './reading.ts'

const answers: Record<string, object> = JSON.parse(readFileSync(ANSWERS, 'utf8'))

const read = ({ path, files, profiles, env, stack }: Case, name: string): ComposeReading =>
  run(filesIn(path), (place) =>
    composeReading(
      files.map((file) => ({ file: `./${posix.normalize(file)}`, key: 'dockerComposeFile', place })),
      { path: '/project', inRoot: '' },
      { env, profiles, name: stack ?? name },
    ),
  )

test('every case has an answer of docker-compose', () => {
  expect(CASES.map(({ name }) => name).sort()).toEqual(Object.keys(answers).sort())
  expect(CASES.length).toBeGreaterThan(40)
})

test.each(CASES)('docker-compose agrees: $name', (one) => {
  const answer = answers[one.name] as { name: string }
  const { stack } = read(one, answer.name)
  expect(sorted(formOfStack(stack, answer.name))).toEqual(sorted(formOfAnswer(answer)))
})

/** Mappings have no order. */
const sorted = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
