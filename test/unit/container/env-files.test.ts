import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseEnvFile, readEnvFiles } from '../../../main/container/launch/env-files.ts'
import { expectError, makeProject } from '../definition/project.ts'

describe('files of variables', () => {
  it('are read as docker reads them', () => {
    const text = '# a comment\n\nA=1\r\n  B= x "y"\nC=\nD=a=b\n   # another\nA=2'
    expect(Object.fromEntries(parseEnvFile(text, '.env'))).toEqual({ A: '2', B: ' x "y"', C: '', D: 'a=b' })
  })

  it.each([
    ['A=1\nHOME', 2, 'HOME has no value'],
    ['=1', 1, 'the line is not NAME=value'],
    ['A B=1', 1, 'the line is not NAME=value'],
    ['export A=1', 1, 'the line is not NAME=value'],
    ['A=\0', 1, 'the line is not NAME=value'],
  ])('refuse %j, with its line', async (text, line, problem) => {
    await expectError(() => parseEnvFile(text, '.env'), 'env-file-unusable', { file: '.env', line, problem })
  })

  it('are those of the project, and the last one counts', async () => {
    await using project = await makeProject({ 'a.env': 'A=1\nB=1', 'sub/b.env': 'B=2' })
    const [first, second] = ['a.env', 'sub/b.env'].map((name) => path.join(project.path, name)) as [
      string,
      string,
    ]
    expect(await readEnvFiles(project, [first, second])).toEqual({ A: '1', B: '2' })
    expect(await readEnvFiles(project, [])).toEqual({})
    const older = {
      kept: (name: string) => (name === path.basename(first) ? Buffer.from('A=older\n') : undefined),
    }
    expect(await readEnvFiles(project, [first, second], older)).toEqual({ A: 'older', B: '2' })
  })

  it.each([
    ['missing.env', 'there is no such file'],
    ['.', 'expected a regular file'],
    ['../../../../../../../etc/passwd', "it is a link that leaves the project's folder"],
  ])('refuse %s', async (name, problem) => {
    await using project = await makeProject({ 'a.env': 'A=1' })
    const file = path.join(project.path, name)
    await expectError(readEnvFiles(project, [file]), 'env-file-unusable', { file, problem })
  })
})
