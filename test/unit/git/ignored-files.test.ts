import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { IgnoredFiles } from '../../../main/git/ignored-files.ts'
import { scratch } from '../inputs/scratch.ts'

const GIT = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()

test('many files are asked for by few processes, and one that git refuses decides nothing of the others', async () => {
  await using all = await scratch({
    'project/.gitignore': '*.log\n!kept.log\n',
    'project/there.log': '',
  })
  await all.write('bin/git', `#!/bin/sh\necho x >> "$COUNT"\nexec ${GIT} "$@"\n`, 0o755)
  execFileSync('git', ['init', '-q'], { cwd: all.at('project') })
  await all.link('project/link', '/tmp')
  const env = { PATH: `${all.at('bin')}:/usr/bin:/bin`, COUNT: all.at('count') }
  const asked = async () => (await readFile(all.at('count'), 'utf8')).split('\n').length - 1
  const files = new IgnoredFiles(all.at('project'), env)
  const names = ['gone.log', 'kept.log', 'link/inside', 'there.log', ':(top)*.log', 'sub/gone.log', 'plain']
  const known = await files.among(names)
  expect(names.map((name) => known.get(name))).toEqual([true, false, undefined, true, true, true, false])
  expect(await asked()).toBe(2)

  const each = Array.from({ length: 20 }, (_, at) => files.among([`${at}.log`, 'plain', `${at}`]))
  const last = (await Promise.all(each)).at(-1)
  expect([last?.get('0.log'), last?.get('19.log'), last?.get('19')]).toEqual([true, true, false])
  expect(await asked()).toBe(3)

  const silent = new IgnoredFiles(all.at('project'), { PATH: all.at('nowhere') })
  expect((await silent.among(['gone.log'])).get('gone.log')).toBeUndefined()
})
