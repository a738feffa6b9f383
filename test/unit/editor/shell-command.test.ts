import { expect, test } from 'vitest'
import { containerAddress, shellCommand } from '../../../main/editor/editors.ts'

test('the shell of Windows is given each word as one, whatever blanks and signs it holds', () => {
  const program = 'C:\\Program Files\\Microsoft VS Code\\bin\\code.cmd'
  const address = containerAddress('c', 'npipe:////./pipe/docker_engine', '/workspaces/a b & "c"')
  const command = shellCommand(program, ['--folder-uri', address])
  expect(command).toBe(`"${program}" "--folder-uri" "${address}"`)
  expect(command.split('"')).toHaveLength(7)
})
