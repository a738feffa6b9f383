import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const main = path.join(import.meta.dirname, '../../../app/cli/main.js')
const FULL = '/dev/full'

/** Runs the command line with its output on a disk that is full. */
function intoNothing(...words: string[]) {
  const full = openSync(FULL, 'w')
  try {
    const { status, stderr } = spawnSync(process.execPath, [main, ...words], {
      stdio: ['ignore', full, 'pipe'],
    })
    return { status, stderr: stderr.toString() }
  } finally {
    closeSync(full)
  }
}

test.runIf(existsSync(FULL))('output that a full disk does not take is reported, and is a failure', () => {
  const { status, stderr } = intoNothing('--version')
  expect(stderr).toMatch(/^✗ The output could not be written\.\n {2}why {2}ENOSPC/)
  expect(stderr).not.toContain('at ')
  expect(status).toBe(1)
  expect(intoNothing('no-such-verb').status).toBe(2)
})
