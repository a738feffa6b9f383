import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { findRuntime } from '../../../app/electron-runtime.ts'

const onLinux = test.runIf(process.platform === 'linux')

test('without a runtime it is reported where it was looked for', () => {
  expect(findRuntime({ ELECTRON_OVERRIDE_DIST_PATH: '/no/such/folder' })).toEqual({
    missing: expect.stringContaining(path.join('/no/such/folder')),
  })
})

onLinux('with a runtime a display is needed, and somebody who is not root', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pristine-runtime-'))
  try {
    const program = path.join(folder, 'electron')
    await writeFile(program, '')
    const env = { ELECTRON_OVERRIDE_DIST_PATH: folder }
    expect(findRuntime(env)).toEqual({ missing: 'there is no display' })
    const root = process.getuid?.() === 0
    expect(findRuntime({ ...env, DISPLAY: ':0' })).toEqual(
      root ? { missing: 'it does not run as root, who has no sandbox' } : { program },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
